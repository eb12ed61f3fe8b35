package benchrun

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/bench"
	"steady/core/dataset/fashion"
	"steady/core/nn"
	"steady/core/onnx"
	"steady/core/report"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestSpecFile(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "cells.yaml"), "cells:\n  - {corruption: fog, severity: [1, 5]}\n")
	write(t, filepath.Join(dir, "spec.yaml"), "# a comment\nmodels: [fashion-standard]\ndata: {path: fashion, limit: 20}\ninclude: cells.yaml\ncells:\n- attack: fgsm\n  eps: [1/255, 2/255]\n")
	o := Options{Spec: filepath.Join(dir, "spec.yaml"), Out: filepath.Join(dir, "a.db"), Backend: options("", io.Discard).Backend,
		Messages: options("", io.Discard).Messages}
	r, err := Run(t.Context(), o)
	if err != nil || len(r.Cells) != 5 || r.Cells[2].Perturbation != "fog{severity=5}" {
		t.Errorf("%+v, %v", r, err)
	}
}

// Beside a spec, flags add networks, replace the data and bound the images.
func TestSpecFileAndFlags(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "spec.yaml"), "data: {path: none, limit: 900}\nsuites: {suite: cifar10-c-extra, limit: 3}\ncells: {corruption: fog, severity: 1, limit: 12}\n")
	o := options(filepath.Join(dir, "a.db"), io.Discard)
	o = Options{Spec: filepath.Join(dir, "spec.yaml"), Models: []string{"fashion-standard"}, Data: "fashion", Limit: 20, Out: o.Out, Backend: o.Backend, Messages: o.Messages}
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range r.Cells {
		want := 3
		switch i {
		case 0:
			want = 20
		case 21:
			want = 12
		}
		if c.Images != want {
			t.Errorf("%+v, want %d images", c, want)
		}
	}
	// What is asked of the store is a spec.
	var kept any
	if err := json.Unmarshal(r.Results().Runs[0].Spec, &kept); err != nil {
		t.Fatal(err)
	}
	if _, err := bench.Load("x", func(string) (any, error) { return kept, nil }); err != nil {
		t.Errorf("%v: %v", kept, err)
	}
	// Images in memory, of which a network that takes another's place is measured on fewer.
	o.Limit, o.Images, o.Replace = 0, fashion.Test().Limit(25).Images(), true
	write(t, filepath.Join(dir, "spec.yaml"), "cells: {attack: fgsm, limit: 8}\n")
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	r, err = Report(o.Out, report.Options{})
	if err != nil || len(r.Cells) != 2 || r.Cells[0].Images != 25 || r.Cells[1].Images != 8 || len(r.Models) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	write(t, filepath.Join(dir, "spec.yaml"), "models: fashion-standard\ndata: {sample: 10}\ncells: fog{severity=1}\n")
	for says, change := range map[string]func(o *Options){
		"--model: there are two models with the name fashion-standard": func(o *Options) {},
		"no built-in network is called \"none\"":                       func(o *Options) { o.Models = []string{"none"} },
	} {
		o := o
		change(&o)
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want an error with %q", err, says)
		}
	}
}

// What is wrong with a spec is said with file, line and remedy, and nothing is written.
func TestSpecFileErrors(t *testing.T) {
	const head = "models: fashion-standard\ndata: {path: fashion, limit: 20}\n"
	for text, says := range map[string]string{
		head + "suites: [linf,\n  imagenet-d]\n":                  "spec.yaml:4: suites[1]: unknown suite \"imagenet-d\", valid: imagenet-c,",
		head + "cells:\n- fog{severity=1}\n- fog{severity=1}\n":   "spec.yaml:5: cells[1]: fog{severity=1} is measured by cells[0] in line 4 already",
		head + "cells:\n- corruption: fog\n  severity: [1, 9]\n":  "spec.yaml:5: cells[0].severity[1]: severity",
		head + "cells: fog{severity=1}\ninclude: spec.yaml\n":     "spec.yaml > ",
		head + "include: [a.yaml,\n  b.yaml]\n":                   "b.yaml:2: include[0]: ",
		"models: few.onnx\ndata: fashion\ncells: clean\n":         "(class-map says which is which)",
		head + "include: none.yaml\n":                             "spec.yaml:3: include: there is no file ",
		head + "cell: clean\n":                                    "spec.yaml:3: cell: there is no such entry, valid: models",
		head + "cells: [\n":                                       "spec.yaml:3: ",
		head + "seed: 1\nseed: 2\n":                               "spec.yaml:4: mapping key \"seed\" already defined",
		"models: none\ncells: clean\n":                            "spec.yaml:1: models: no built-in network is called \"none\"",
		"models: none.onnx\ncells: clean\n":                       "spec.yaml:1: models: there is no file none.onnx: want a name relative to the folder of ",
		"models: cifar10-standard\ndata: fashion\ncells: clean\n": "spec.yaml:1: models: ",
		"models:\n- fashion-standard\n- {file: fashion-standard, name: two}\ndata: {limit: 20}\ncells: clean\n": "spec.yaml:3: models[1]: two is the same network as fashion-standard",
		"models: fashion-standard\ndata: none\ncells: clean\n":                                                  "spec.yaml:2: data: ",
		"models: fashion-standard\ndata:\n  limit: 2000\nsuites: l2":                                            "spec.yaml:2: data: 2000 images asked for, but",
		"models: {file: fashion-standard, scale: 0}\ncells: clean\n":                                            "spec.yaml:1: models: scale 0: want a number ",
		"models: {file: fashion-standard, mean: [0, 0, 0]}\ncells: clean\n":                                     "spec.yaml:1: models: mean 0,0,0: want one number, or ",
		"models: fashion-standard\ndata: {crop: 24}\ncells: clean\n":                                            "spec.yaml:2: data: a crop of 24 pixels, but a network takes images of 28×28",
		head + "suites:\n- {suite: l2,\n   limit: 1001}\n":                                                      "spec.yaml:5: suites[0].limit: 1001 images asked for, but fashion has 1000",
		"models: fashion-standard\ndata: {sample: 20}\ncells: {attack: fgsm, limit: 1001}\n":                    "spec.yaml:3: cells.limit: 1001 images asked for, but fashion has 1000",
		"models: FLAT\ncells: clean\n":                                                                          "spec.yaml:1: models: model FLAT: ",
		"models: FLAT\ncells: clean\n#":                                                                         "in which order is not known (layout chw or hwc says it)",
		"models: {file: FLAT, layout: hwc}\ncells: clean\n":                                                     "spec.yaml:1: models: ",
		"- a\n": "spec.yaml:1: a list: want an object",
		"":      "spec.yaml: nothing: want an object",
	} {
		dir := t.TempDir()
		flat, err := filepath.Abs("../../../core/onnx/testdata/inputs/flat_color.onnx")
		if err != nil {
			t.Fatal(err)
		}
		text, says = strings.ReplaceAll(text, "FLAT", flat), strings.ReplaceAll(says, "FLAT", flat)
		write(t, filepath.Join(dir, "spec.yaml"), text)
		write(t, filepath.Join(dir, "a.yaml"), "seed: 3\n")
		write(t, filepath.Join(dir, "b.yaml"), "seed: 3\ninclude: [spec.yaml]\n")
		writeNetwork(t, filepath.Join(dir, "few.onnx"), 3)
		o := Options{Spec: filepath.Join(dir, "spec.yaml"), Out: filepath.Join(dir, "a.db"), Backend: options("", io.Discard).Backend,
			Messages: options("", io.Discard).Messages}
		_, err = Run(t.Context(), o)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(text, "hwc") == strings.Contains(err.Error(), "order is not") && strings.Contains(text, flat) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "--") {
			t.Errorf("%q: %v, want an error with %q", text, err, says)
		}
		if _, err := os.Stat(o.Out); err == nil {
			t.Errorf("%q: a store was written", text)
		}
	}
	o := options(filepath.Join(t.TempDir(), "a.db"), io.Discard)
	for _, c := range []struct {
		flag   *[]string
		values []string
		says   string
	}{
		{&o.Suites, []string{"x"}, "--suite: unknown suite"},
		{&o.Cells, []string{"x"}, "--cell: \"x\" is neither"},
		{&o.Cells, []string{"clean", "fgsm", "fgsm"}, "--cell: fgsm{norm=linf} is measured by cells[1] already"},
		{&o.Models, []string{"../../../core/onnx/testdata/inputs/flat_color.onnx"}, "in which order is not known (in a spec file layout chw or hwc says it)"},
		{&o.Models, []string{"a.onnx", "b/a.onnx"}, "--model: there are two models with the name a (the other is models[0])"},
	} {
		before := *c.flag
		*c.flag = c.values
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want an error with %q", err, c.says)
		}
		*c.flag = before
	}
	for _, shard := range []string{"1", "2/2", "-1/2", "0/0", "a/b", "0/2x", "00/2"} {
		o.Shard = shard
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "--shard "+shard) {
			t.Errorf("--shard %s: %v", shard, err)
		}
	}
}

// writeNetwork writes a network of few classes for the images of Fashion-MNIST.
func writeNetwork(t *testing.T, path string, classes int) {
	t.Helper()
	b, err := onnx.Write(&nn.Network{
		Image: nn.Shape{1, 28, 28},
		Layers: []nn.Layer{
			{Name: "flat", Op: &nn.Reshape{Shape: nn.Shape{28 * 28}}, In: []nn.Value{nn.Input}},
			{Name: "linear", Op: &nn.Linear{Weight: &nn.Param{Name: "w", Shape: []int{classes, 28 * 28}, Data: make([]float32, classes*28*28)}}, In: []nn.Value{1}},
		},
		Output: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, string(b))
}
