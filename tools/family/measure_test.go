package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"steady/core/arch"
	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/nn"
	"steady/core/train"
	"steady/core/train/monitor"
	"steady/tools/internal/benchrun"
)

// load reads a spec of the family.
func load(t *testing.T, path string) *bench.Spec {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../..", path))
	if err != nil {
		t.Fatal(err)
	}
	value := map[string]any{}
	if err := yaml.Unmarshal(b, &value); err != nil {
		t.Fatal(err)
	}
	value["models"] = "a.onnx"
	s, err := bench.Load(path, func(string) (any, error) { return value, nil })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The specs measure all corruptions, and the attacks that tables and goals name.
func TestSpecs(t *testing.T) {
	for path, want := range map[string]struct {
		severities []int
		attacks    []string
	}{
		figuresSpec: {[]int{1, 2, 3, 4, 5}, slices.Concat(small, []string{deepFool, autoAttack8, autoAttack2, autoAttackL2})},
		sweepSpec:   {[]int{3}, []string{"pgd{eps=2/255,norm=linf}", "pgd{eps=8/255,norm=linf}"}},
	} {
		s := load(t, path)
		corrupted := map[string][]int{}
		var attacks []string
		for _, p := range s.Perturbations {
			if c, o, _ := p.Corruption(); c != nil {
				corrupted[c.Name] = append(corrupted[c.Name], o.Severity)
				if s.Images(p, 10000) != 10000 {
					t.Errorf("%s: %s on fewer images", path, p)
				}
			}
			if a, params := p.Attack(); a != nil {
				text := attackText(a, params)
				attacks = append(attacks, text)
				if n := s.Images(p, 10000); n != 1000 && (n != 200 || text != autoAttack2 && text != autoAttackL2) {
					t.Errorf("%s: %s on %d images", path, text, n)
				}
			}
		}
		for _, c := range monitor.Corruptions() {
			if !slices.Equal(corrupted[c.Name], want.severities) {
				t.Errorf("%s: %s at %v, want %v", path, c.Name, corrupted[c.Name], want.severities)
			}
		}
		if len(corrupted) != len(monitor.Corruptions()) || !slices.Equal(attacks, want.attacks) {
			t.Errorf("%s: %d corruptions, attacks %q", path, len(corrupted), attacks)
		}
	}
}

// fixture returns options with two small networks, and images for them.
func fixture(t *testing.T) (options, *dataset.Set) {
	t.Helper()
	dir := t.TempDir()
	o := options{models: dir, work: filepath.Join(dir, "work"), threads: 1}
	set := &dataset.Set{Name: "squares", C: 3, H: 32, W: 32, Classes: []string{"a", "b"}}
	for i := range 4 {
		set.Labels = append(set.Labels, i%2)
		for p := range set.Size() {
			set.Pix = append(set.Pix, uint8(60+100*(i%2)+p*(i+3)%50))
		}
	}
	for k, name := range []string{"cifar10-standard", "cifar10-other"} {
		writeNetwork(t, dir, name, tiny(t, uint64(k)))
	}
	return o, set
}

// tiny returns a small network of two classes.
func tiny(t *testing.T, seed uint64) *nn.Network {
	t.Helper()
	n, err := arch.Compact(nn.Shape{3, 32, 32}, 2, [4]int{2, 2, 2, 2})
	if err != nil {
		t.Fatal(err)
	}
	train.Initialize(n, seed)
	return n
}

func TestMeasure(t *testing.T) {
	o, set := fixture(t)
	spec := filepath.Join(o.models, "spec.yaml")
	if err := os.WriteFile(spec, []byte("cells:\n- {corruption: [fog, saturate], severity: [1, 5]}\n- {attack: fgsm, eps: 2/255, limit: 2}\n- deepfool{norm=l2}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	names := []string{"cifar10-standard", "cifar10-other"}
	b := benchrun.Options{Spec: spec, Images: set.Images(), Out: filepath.Join(o.work, "squares.db"), Limit: 3}
	r, err := o.bench(t.Context(), names, b)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		f, err := figures(r, name, []string{"fog"})
		if err != nil {
			t.Fatal(err)
		}
		c := f.Corrupted
		if f.Data != "squares" || f.Clean.N != 3 || c.N != 3 || c.Profile != "cifar" || c.Suite != "imagenet-c, imagenet-c-extra" || len(c.Each) != 2 ||
			len(c.Each[0].Severities) != 2 || !c.Each[0].Seen || c.Each[1].Seen || c.Unseen == nil || len(f.Attacked) != 2 || f.Machine == "" {
			t.Errorf("%s: %+v, %+v", name, f, c)
		}
		if a := f.Attacked; a[0].Attack != "fgsm{eps=2/255,norm=linf}" || a[0].N != 2 || a[0].MedianL2 != nil || !strings.Contains(a[0].Parameters, "eps 2/255") ||
			a[1].Attack != deepFool || a[1].N != 3 {
			t.Errorf("%s: %+v", name, a)
		}
	}
	if _, err := figures(r, "cifar10-none", nil); err == nil || !strings.Contains(err.Error(), "cifar10-none was not measured") {
		t.Errorf("a network of another file: %v", err)
	}
	// Nothing is left to do, and a canceled context does not matter, until a network is another one.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.bench(ctx, names, b); err == nil {
		t.Error("canceled before the images are read: no error")
	}
	writeNetwork(t, o.models, names[1], tiny(t, 7))
	if r, err = o.bench(t.Context(), names, b); err != nil || len(r.Models) != 2 || r.Models[1].Network == "" {
		t.Fatalf("%+v, %v", r, err)
	}
	card, err := o.checkedCard(names[1])
	if err != nil || r.Models[1].Network != card.SHA256 {
		t.Errorf("%+v, %v: not the new network", r.Models[1], err)
	}
	if err := os.WriteFile(filepath.Join(o.models, names[1]+".onnx"), []byte("other"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := o.checkedCard(names[1]); err == nil || !strings.Contains(err.Error(), "its model card has") {
		t.Errorf("a network that is not that of its card: %v", err)
	}
	if _, err := o.present([]member{{name: "none"}}, true); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestSweepTable(t *testing.T) {
	o, set := fixture(t)
	s := &sweep{data: "squares", all: []string{"--epochs=1"}, lines: [][]string{{"cifar10-standard"}, {"cifar10-other"}}}
	spec := filepath.Join(o.models, "spec.yaml")
	if err := os.WriteFile(spec, []byte("cells:\n- {corruption: fog, severity: 3}\n- {attack: fgsm, limit: 2}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	r, err := o.bench(t.Context(), []string{"cifar10-standard", "cifar10-other"}, benchrun.Options{Spec: spec, Images: set.Images(), Out: filepath.Join(o.work, "a.db")})
	if err != nil {
		t.Fatal(err)
	}
	table, err := o.sweepTable("x", s, r)
	if want := "| recipe | clean | 1 corruptions, severity 3 | `fgsm{eps=8/255,norm=linf}`, 2 images | seconds |\n|---|---|---|---|---|\n| `cifar10-standard` | "; err != nil ||
		!strings.Contains(table, want) || !strings.Contains(table, "measured on 4 images held out of the training images (squares)") || strings.Count(table, "\n") != 6 {
		t.Errorf("%v, want %q in\n%s", err, want, table)
	}
}
