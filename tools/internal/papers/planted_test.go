package papers

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"steady/core/corrupt"
	"steady/core/overlap"
	"steady/core/overlapfile"
	"steady/core/results"
)

// planted is a file of made-up results, for the tests of what reads such files: corruptions of one family overlap by about .8, others
// by about .15, and nothing is gained by training on pixelate.
const planted = "../../../core/overlapfile/testdata/planted.json"

func plantedTable() *results.Table {
	names := []string{"laugros/shear", "laugros/rain", "laugros/hue", "laugros/border", "laugros/blur"}
	for _, c := range corrupt.All() {
		if c.Suite == corrupt.ImageNetC || c.Suite == corrupt.ImageNetCExtra {
			names = append(names, c.Name)
		}
	}
	networks, cards := map[string][]int{"standard": {90}}, map[string]*results.Card{"standard": trainedOn(0)}
	var cells []string
	for range names {
		networks["standard"] = append(networks["standard"], 40)
	}
	for i, a := range names {
		cells = append(cells, a+"{severity=range}")
		one, _ := corrupt.Lookup(a)
		row := []int{90}
		for j, b := range names {
			other, _ := corrupt.Lookup(b)
			gain := 4 + (7*i+3*j+i*j)%5
			switch {
			case a == "pixelate" || b == "pixelate":
				gain = 0
			case i == j:
				gain = 40
			case one.Family == other.Family:
				gain = 30 + (5*i+3*j)%5
			}
			row = append(row, 40+gain)
		}
		networks[a], cards[a] = row, trainedOn(0, a)
	}
	return overlapTable(cells, networks, cards)
}

// The file of testdata is what the command writes, and what is made of it is what the command makes of the results.
func TestPlanted(t *testing.T) {
	s := scoring{kind: string(overlap.Accuracy), least: overlap.LeastGain, resampling: resampling{resamples: 100}}
	o, err := newOverlap(context.Background(), plantedTable(), &s)
	if err != nil {
		t.Fatal(err)
	}
	file, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("STEADY_UPDATE") != "" {
		if err := os.WriteFile(planted, append(file, '\n'), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if on := mustRead(t, planted); !bytes.Equal(bytes.TrimSpace(on), file) {
		t.Errorf("%s is not what the command writes: STEADY_UPDATE=1 writes it anew", planted)
	}

	var e overlapfile.Explorer
	opened, err := e.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, i := range opened.Accuracy.Order {
		order = append(order, opened.Corruptions[i].Name)
	}
	if n := len(o.Accuracy.Order); !slices.Equal(order[:n], o.Accuracy.Order) || order[n] != "pixelate" {
		t.Errorf("the order is %q, want %q and pixelate", order, o.Accuracy.Order)
	}
	if len(opened.Accuracy.Tree) != len(o.Accuracy.Tree) || opened.Accuracy.Tree[5].Height != o.Accuracy.Tree[5].Height {
		t.Errorf("the tree is %v, want that of %v", opened.Accuracy.Tree, o.Accuracy.Tree)
	}

	for _, c := range []struct {
		groups, each int
		seed         uint64
	}{{0, 0, 0}, {3, 2, 0}, {4, 1, 9}} {
		b := &Built{File: "x.yaml", Score: s.kind, overlap: o, threshold: .5}
		if err := b.choose(c.groups, c.each, c.seed, c.groups > 0); err != nil {
			t.Fatal(err)
		}
		var want strings.Builder
		if err := b.writeSpec(&want); err != nil {
			t.Fatal(err)
		}
		got, err := e.Build(overlapfile.BuildArgs{Score: s.kind, Groups: c.groups, Each: c.each, Seed: c.seed, Threshold: .5})
		if err != nil {
			t.Fatal(err)
		}
		// What the command knows and the page does not is the interval of the mean coverage.
		mean := figure(b.Coverage.Mean, b.Coverage.MeanBounds)
		spec := strings.Replace(strings.Replace(want.String(), mean, mean[:4], 1), "'steady papers build'", "Steady's page", 1)
		if got.Spec != spec {
			t.Errorf("%d × %d: the page makes\n%s\nwant\n%s", c.groups, c.each, got.Spec, spec)
		}
		if got.Coverage.Covered != b.Coverage.Covered || got.Coverage.Imbalance != b.Coverage.Imbalance {
			t.Errorf("%d × %d: coverage %+v, want %+v", c.groups, c.each, got.Coverage, b.Coverage)
		}
	}
}

// The tables say what the text does, in Markdown and in LaTeX.
func TestOverlapTables(t *testing.T) {
	file, folder := writeResults(t, plantedTable()), t.TempDir()
	for command, wants := range map[string][]string{
		"overlap":  {"| gaussian_noise |", "| pixelate |", "| laugros/rain* |", "mean overlap", "No overlaps with pixelate", "approximation of this program"},
		"coverage": {"| imagenet-c |", "| imagenet-c,imagenet-c-extra |", "share in imagenet-c", "measure the same: gaussian_noise, shot_noise, impulse_noise", "not counted: pixelate"},
		"build":    {"as many corruptions as possible", "mean coverage", "They are "},
	} {
		md, tex := filepath.Join(folder, command+".md"), filepath.Join(folder, command+".tex")
		args := []string{command, file, "--resamples", "100", "--markdown", md, "--latex", tex}
		if command == "build" {
			args = append(args, "--out", filepath.Join(folder, "built.yaml"))
		}
		if _, _, err := run(t, args...); err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(mustRead(t, md)), `\`, "")
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", command, want, text)
			}
		}
		if latex := string(mustRead(t, tex)); !strings.Contains(latex, "\\toprule") {
			t.Errorf("%s: the LaTeX is\n%s", command, latex)
		}
	}
}
