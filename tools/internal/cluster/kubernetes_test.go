package cluster

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"steady/tools/internal/usage"
)

// job is of a manifest what is looked at here; testdata/kubernetes looks at the rest.
type job struct {
	Metadata struct{ Name string }
	Spec     struct {
		Template struct {
			Spec struct {
				InitContainers []container `yaml:"initContainers"`
				Containers     []container
			}
		}
	}
}

type container struct {
	WorkingDir string `yaml:"workingDir"`
	Args       []string
	Resources  struct{ Limits map[string]string }
}

// jobs reads a manifest.
func jobs(t *testing.T, text string) (list []job) {
	t.Helper()
	d := yaml.NewDecoder(strings.NewReader(text))
	for {
		var one job
		if err := d.Decode(&one); err == io.EOF {
			return list
		} else if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		list = append(list, one)
	}
}

// words returns the arguments of a container, as Kubernetes calls it, without the variables that they might name.
func (c *container) words() (words []string) {
	for _, a := range c.Args {
		words = append(words, strings.ReplaceAll(a, "$$", "$"))
	}
	return words
}

// The manifest is that which the types of Kubernetes have checked (STEADY_UPDATE=1 writes it anew), and its containers get
// the words that it was made of.
func TestKubernetes(t *testing.T) {
	const golden = "testdata/kubernetes/manifest.yaml"
	k := Kubernetes{Spec: `specs/it's "mine" $(HOME).yaml`, Run: []string{"--backend", "webgpu", "--cell", "fog{severity=3}", "$$x"}, Out: "a b.yaml",
		Image: "registry.example.org/steady:1", Claim: "data-1", Results: "the results", Shards: 12, CPUs: "500m", Memory: "4Gi", GPUs: 2}
	if os.Getenv("STEADY_UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(k.manifest()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	w, err := k.Write()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("a b.yaml")
	if err != nil || string(b) != string(want) {
		t.Errorf("%v, %s\nwant\n%s", err, b, want)
	}
	list := jobs(t, string(b))
	if len(list) != 2 || list[0].Metadata.Name != "steady-it-s-mine-home" || list[1].Metadata.Name != "steady-it-s-mine-home-merge" || !slices.Contains(w.Commands, "kubectl apply -f 'a b.yaml'") {
		t.Fatalf("%+v, %q", list, w.Commands)
	}
	c := list[0].Spec.Template.Spec.Containers[0]
	words := []string{"bench", "run", k.Spec, "--shard", "kubernetes/12", "--out", "the results/", "--journal", "delete", "--backend", "webgpu", "--cell", "fog{severity=3}", "$$x"}
	if got := c.words(); !slices.Equal(got, words) || c.Resources.Limits["nvidia.com/gpu"] != "2" {
		t.Errorf("%q, want %q", got, words)
	}
	merge := list[1].Spec.Template.Spec
	words = []string{"bench", "merge", "the results/merged.db", "the results/", "bench", "status", "--exit-code", "the results/"}
	if got := append(merge.InitContainers[0].words(), merge.Containers[0].words()...); !slices.Equal(got, words) {
		t.Errorf("%q, want %q", got, words)
	}
	if _, err := k.Write(); err == nil || !strings.Contains(err.Error(), "--force") {
		t.Errorf("a file that exists is replaced: %v", err)
	}
	k.GPUs, k.Run, k.plan.Force = 0, nil, true
	if _, err := k.Write(); err != nil {
		t.Fatal(err)
	}
	if b, err = os.ReadFile("a b.yaml"); err != nil || strings.Contains(string(b), "nvidia") {
		t.Errorf("there is a GPU that nobody asked for: %v", err)
	}
}

func TestKubernetesRefuses(t *testing.T) {
	out := filepath.Join(t.TempDir(), "a.yaml")
	for says, change := range map[string]func(*Kubernetes){
		`--image "": want the name of a container image`: func(k *Kubernetes) { k.Image = "" },
		`--claim "": want the name of a`:                 func(k *Kubernetes) { k.Claim = "" },
		`--claim "a_b": want the name of a`:              func(k *Kubernetes) { k.Claim = "a_b" },
		"--shards 0: want 1 to 10000":                    func(k *Kubernetes) { k.Shards = 0 },
		"--gpus 65: want 0 to 64":                        func(k *Kubernetes) { k.GPUs = 65 },
		"--gpus 1, and nothing that uses a GPU":          func(k *Kubernetes) { k.GPUs = 1 },
		`--cpus "many": want a quantity`:                 func(k *Kubernetes) { k.CPUs = "many" },
		`--memory "4 GB": want a quantity`:               func(k *Kubernetes) { k.Memory = "4 GB" },
		`the spec "/abs.yaml": want a path in the vol`:   func(k *Kubernetes) { k.Spec = "/abs.yaml" },
		`--results "../x": want a path in the volume`:    func(k *Kubernetes) { k.Results = "../x" },
		"--journal: that is given by the scheduler":      func(k *Kubernetes) { k.Run = []string{"--journal", "wal"} },
		`--out "a\rb.yaml": the manifest`:                func(k *Kubernetes) { k.Out = "a\rb.yaml" },
		`--out "a\nb.yaml": the manifest`:                func(k *Kubernetes) { k.Out = "a\nb.yaml" },
		`--out "a\x1bb.yaml": the manifest`:              func(k *Kubernetes) { k.Out = "a\x1bb.yaml" },
		`--out "a\u0085b.yaml": the manifest`:            func(k *Kubernetes) { k.Out = "a\u0085b.yaml" },
		`--out "a\u2028b.yaml": the manifest`:            func(k *Kubernetes) { k.Out = "a\u2028b.yaml" },
		"there is no folder":                             func(k *Kubernetes) { k.Out = filepath.Join(out, "b", "c.yaml") },
	} {
		k := Kubernetes{Spec: "s.yaml", Out: out, Image: "steady", Claim: "data", Results: "shards", Shards: 8, CPUs: "4", Memory: "4Gi"}
		change(&k)
		_, err := k.Write()
		var typed usage.Error
		if !errors.As(err, &typed) || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want an error with %q", err, says)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("something was written")
	}
}
