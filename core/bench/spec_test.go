package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"steady/core/preprocess"
)

// files are specs by name, as JSON.
type files map[string]string

func (f files) read(name string) (any, error) {
	text, ok := f[name]
	if !ok {
		return nil, fmt.Errorf("no file %s", name)
	}
	var v any
	err := json.Unmarshal([]byte(text), &v)
	return v, err
}

func TestLoad(t *testing.T) {
	s, err := Load("./spec.json", files{"spec.json": `{
		"models": ["nets/a.onnx", {"file": "b.onnx", "name": "ours", "output": "logits", "layout": "hwc", "preset": "caffe"},
			{"file": "c.onnx", "mean": [0.1, 0.2, "3/10"], "std": 0.5, "scale": 255, "bgr": true}],
		"data": {"path": "imagenet/val", "resize": 256, "crop": 224, "sample": 5000, "class-map": "classes.csv"},
		"seed": 3, "corrupted": ["ImageNet-C", "more/fog"], "overlays": "ice",
		"suites": ["imagenet-noc", "spatial"],
		"cells": ["fog{severity=5}", "clean",
			{"corruption": ["snow", "frost"], "severity": [1, 3], "profile": "cifar", "jpeg": 85},
			{"corruption": "laugros/hue", "severity": "range", "jpeg": 50},
			{"corruption": "contrast"},
			{"attack": "pgd{norm=l2,steps=20}", "eps": ["1/4", 1]},
			{"attack": "square"}]
	}`}.read)
	if err != nil {
		t.Fatal(err)
	}
	caffe, err := preprocess.Lookup("caffe")
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.Models {
		if s.Models[i].at.path != fmt.Sprintf("models[%d]", i) {
			t.Errorf("model %d is at %s", i, s.Models[i].at.path)
		}
		s.Models[i].at = plain{}
	}
	if want := []Model{
		{Name: "a", File: "nets/a.onnx", Preprocess: preprocess.Spec{Scale: 1}},
		{Name: "ours", File: "b.onnx", Output: "logits", Layout: "hwc", Preset: "caffe", Preprocess: caffe.Spec},
		{Name: "c", File: "c.onnx", Preprocess: preprocess.Spec{Mean: []float32{.1, .2, .3}, Std: []float32{.5}, Scale: 255, BGR: true}},
	}; !reflect.DeepEqual(s.Models, want) {
		t.Errorf("models %+v, want %+v", s.Models, want)
	}
	if d := s.Data; d.Path != "imagenet/val" || d.Resize != 256 || d.Crop != 224 || d.Limit != 0 || d.Sample != 5000 || s.Seed != 3 {
		t.Errorf("%+v, seed %d", s.Data, s.Seed)
	}
	for path, want := range map[Path]string{s.Data.ClassMap: "data.class-map classes.csv", s.Corrupted[1]: "corrupted[1] more/fog", s.Overlays: "overlays ice"} {
		if got := path.at.path + " " + path.Path; got != want || path.SpecFile() != "spec.json" {
			t.Errorf("%s of %s, want %s", got, path.SpecFile(), want)
		}
	}
	var suites, cells []string
	for _, suite := range s.Suites {
		suites = append(suites, suite.Name)
	}
	for _, p := range s.Perturbations {
		cells = append(cells, p.String())
	}
	if !slices.Equal(suites, []string{"imagenet-noc", "spatial"}) {
		t.Errorf("suites %q", suites)
	}
	if want := []string{
		"clean",
		"laugros/shear{severity=range}", "laugros/rain{severity=range}", "laugros/hue{severity=range}",
		"laugros/quantization{severity=range}", "laugros/brightness{severity=range}", "laugros/border{severity=range}",
		"laugros/blur{severity=range}", "laugros/vertical_artifacts{severity=range}",
		"spatial",
		"fog{severity=5}",
		"snow{severity=1,profile=cifar,jpeg=85}", "snow{severity=3,profile=cifar,jpeg=85}",
		"frost{severity=1,profile=cifar,jpeg=85}", "frost{severity=3,profile=cifar,jpeg=85}",
		"laugros/hue{severity=range,jpeg=50}",
		"contrast{severity=1}", "contrast{severity=2}", "contrast{severity=3}", "contrast{severity=4}", "contrast{severity=5}",
		"pgd{eps=0.25,steps=20,norm=l2}", "pgd{eps=1,steps=20,norm=l2}",
		"square{norm=linf}",
	}; !slices.Equal(cells, want) {
		t.Errorf("cells\n%q, want\n%q", cells, want)
	}
}

func TestInclude(t *testing.T) {
	f := files{
		"paper/spec.json":   `{"include": ["common.json", "../shared/nets.json"], "seed": 2, "cells": "fog{severity=1}", "models": "own.onnx"}`,
		"paper/common.json": `{"include": "../shared/nets.json", "seed": 1, "data": "fashion", "suites": "spatial"}`,
		"shared/nets.json":  `{"models": ["a.onnx", "b.onnx"]}`,
	}
	s, err := Load("paper/spec.json", f.read)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range s.Models {
		names = append(names, m.Name)
	}
	if !slices.Equal(names, []string{"a", "b", "own"}) || s.Seed != 2 || s.Data.Path != "fashion" || fmt.Sprint(s.Perturbations) != "[clean spatial fog{severity=1}]" {
		t.Errorf("%+v", s)
	}
	for err, want := range map[error]string{
		s.Models[1].Wrong("no such file"): "bench: shared/nets.json: models[1]: no such file",
		s.Data.Wrong("no such folder"):    "bench: paper/common.json: data: no such folder",
		Data{}.Wrong("there is none"):     "bench: there is none",
	} {
		if err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}

	_, err = Load("x.json", files{"x.json": `{"include": "y.json", "suites": "spatial", "models": "a.onnx"}`, "y.json": `{"cells": "spatial"}`}.read)
	wantSpecError(t, err, "x.json", "suites", "spatial is measured by cells of y.json already")
	s, err = Load("x.json", files{"x.json": `{"include": "/y/../z.json", "suites": "spatial"}`, "/z.json": `{"models": "a.onnx"}`}.read)
	if err != nil || len(s.Models) != 1 {
		t.Errorf("an absolute include: %+v, %v", s, err)
	}
	f["shared/nets.json"] = `{"include": "../paper/spec.json", "models": "a.onnx"}`
	_, err = Load("paper/spec.json", f.read)
	wantSpecError(t, err, "shared/nets.json", "include", "paper/spec.json includes itself (paper/spec.json > paper/common.json > shared/nets.json > paper/spec.json): remove one")
	_, err = Load("x.json", files{"x.json": `{"include": "y.json"}`}.read)
	if s, err := Load("x.json", files{"x.json": `{"models": "a.onnx", "corrupted": "C"}`}.read); err != nil || len(s.Corrupted) != 1 || len(s.Perturbations) != 1 {
		t.Errorf("only images that were corrupted before: %+v, %v", s, err)
	}
	if err == nil || err.Error() != "no file y.json" {
		t.Errorf("error %v", err)
	}
}

// A file may say what is measured and nothing else.
func TestLoadCells(t *testing.T) {
	f := files{"a.json": `{"include": "b.json", "cells": ["fog{severity=range}", "clean"]}`, "b.json": `{"cells": {"corruption": "snow", "severity": 2}}`,
		"empty.json": `{"seed": 3}`}
	spec, err := LoadCells("./a.json", f.read)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range spec.Perturbations {
		got = append(got, p.String())
	}
	if strings.Join(got, " ") != "snow{severity=2} fog{severity=range} clean" {
		t.Errorf("%q", got)
	}
	if _, err := LoadCells("empty.json", f.read); err == nil || !strings.Contains(err.Error(), "nothing to measure") {
		t.Error(err)
	}
	if _, err := Load("a.json", f.read); err == nil || !strings.Contains(err.Error(), "no models") {
		t.Error(err)
	}
}

func TestSpecErrors(t *testing.T) {
	for text, want := range map[string][2]string{ // path and part of the problem
		`[]`:                                     {"", "a list: want an object with any of models"},
		`{}`:                                     {"", "no models"},
		`{"models": "a.onnx"}`:                   {"", "nothing to measure"},
		`{"models": []}`:                         {"", "no models"},
		`{"models": "a.onnx", "corrupted": [3]}`: {"corrupted[0]", "3: want a text"},
		`{"models": "a.onnx", "overlays": ""}`:   {"overlays", "want a text"},
		`{"data": {"class-map": 3}}`:             {"data.class-map", "want a text"},
		`{"model": "a.onnx"}`:                    {"model", "valid: models, data"},
		`{"models": [1]}`:                        {"models[0]", "1: want an object"},
		`{"models": [""]}`:                       {"models[0]", `"": want a text`},
		`{"models": {"a": "b"}}`:                 {"models.a", "valid: file, name"},
		`{"models": [{}]}`:                       {"models[0]", "without file"},
		`{"models": [{"file": 3}]}`:              {"models[0].file", "3: want a text"},
		`{"models": [{"file": "a.onnx", "layout": "rgb"}]}`:              {"models[0].layout", `"rgb": valid: chw, hwc`},
		`{"models": [{"file": "a.onnx", "preset": "x"}]}`:                {"models[0].preset", "imagenet"},
		`{"models": [{"file": "a.onnx", "preset": 1}]}`:                  {"models[0].preset", "want a text"},
		`{"models": [{"file": "a.onnx", "preset": "caffe", "std": 1}]}`:  {"models[0].std", "one or the other"},
		`{"models": [{"file": "a.onnx", "mean": [1, 2]}]}`:               {"models[0].mean", "2 numbers"},
		`{"models": [{"file": "a.onnx", "mean": [1, 2, "x"]}]}`:          {"models[0].mean[2]", `"x": want a number`},
		`{"models": [{"file": "a.onnx", "scale": true}]}`:                {"models[0].scale", "true: want a number"},
		`{"models": [{"file": "a.onnx", "bgr": "yes"}]}`:                 {"models[0].bgr", `"yes": want true or false`},
		`{"models": ["a.onnx", "b/a.onnx"]}`:                             {"models[1]", "two models with the name a (the other is models[0])"},
		`{"data": 3}`:                                                    {"data", "want an object"},
		`{"data": ""}`:                                                   {"data", "want a text"},
		`{"data": {"path": {}}}`:                                         {"data.path", "an object: want a text"},
		`{"data": {"path": []}}`:                                         {"data.path", "a list: want a text"},
		`{"data": {"limit": 0}}`:                                         {"data.limit", "0: want a whole number from 1"},
		`{"data": {"limit": 1.5}}`:                                       {"data.limit", "1.5: want a whole number"},
		`{"data": {"limit": "10"}}`:                                      {"data.limit", `"10": want a whole number`},
		`{"data": {"limit": 5, "sample": 5}}`:                            {"data.sample", "one or the other"},
		`{"data": {"resize": 32, "crop": 224}}`:                          {"data.crop", "224 pixels of an image of 32"},
		`{"seed": -1}`:                                                   {"seed", "-1: want a whole number from 0"},
		`{"seed": 1e30}`:                                                 {"seed", "want a whole number"},
		`{"seed": null}`:                                                 {"seed", "nothing: want a whole number"},
		`{"suites": ["spatial", "imagenet-d"]}`:                          {"suites[1]", `unknown suite "imagenet-d", valid: imagenet-c,`},
		`{"suites": [1]}`:                                                {"suites[0]", "want a text"},
		`{"suites": ["spatial", "spatial"]}`:                             {"suites[1]", "twice"},
		`{"suites": "spatial", "cells": ["fog{severity=1}", "spatial"]}`: {"cells[1]", "spatial is measured by suites already"},
		`{"cells": ["pgd", "pgd{eps=8/255}"]}`:                           {"cells[1]", "measured by cells[0]"},
		`{"cells": {"corruption": "fog", "severity": [2, 2]}}`:           {"cells", "fog{severity=2} is measured"},
		`{"cells": ["foq"]}`:                                             {"cells[0]", `"foq" is neither`},
		`{"cells": [{}]}`:                                                {"cells[0]", "want a corruption or an attack"},
		`{"cells": [{"corruption": "fog", "attack": "pgd"}]}`:            {"cells[0]", "want a corruption or an attack"},
		`{"cells": [{"corruption": "foq"}]}`:                             {"cells[0].corruption", "foq"},
		`{"cells": [{"corruption": ["fog", 3]}]}`:                        {"cells[0].corruption[1]", "want a text"},
		`{"cells": [{"corruption": "fog", "severity": 6}]}`:              {"cells[0].severity", "6"},
		`{"cells": [{"corruption": "fog", "severity": [1, "strong"]}]}`:  {"cells[0].severity[1]", "strong"},
		`{"cells": [{"corruption": "fog", "profile": "big"}]}`:           {"cells[0].profile", "big"},
		`{"cells": [{"corruption": "fog", "jpeg": 101}]}`:                {"cells[0].jpeg", "101"},
		`{"cells": [{"corruption": "fog", "jpeg": [1]}]}`:                {"cells[0].jpeg", "jpeg"},
		`{"cells": [{"corruption": "fog", "eps": 1}]}`:                   {"cells[0].eps", "has none"},
		`{"cells": [{"attack": "pgd", "severity": 1}]}`:                  {"cells[0].severity", "has none"},
		`{"cells": [{"attack": "fog{severity=1}"}]}`:                     {"cells[0].attack", "is no attack"},
		`{"cells": [{"attack": "pgd{stepz=3}"}]}`:                        {"cells[0].attack", `"stepz"`},
		`{"cells": [{"attack": 3}]}`:                                     {"cells[0].attack", "want a text"},
		`{"cells": [{"attack": "spatial", "eps": 1}]}`:                   {"cells[0].eps", "spatial has no eps"},
		`{"cells": [{"attack": "pgd", "eps": [1, "8/0"]}]}`:              {"cells[0].eps[1]", `"8/0": want a number`},
		`{"cells": [{"attack": "pgd", "eps": -1}]}`:                      {"cells[0].eps", "eps"},
		`{"cells": [{"attack": "pgd", "steps": 3}]}`:                     {"cells[0].steps", "no such entry"},
		`{"include": [3]}`:                                               {"include[0]", "want a text"},
		`{"include": "spec.json"}`:                                       {"include", "includes itself (spec.json > spec.json)"},
	} {
		s, err := Load("spec.json", files{"spec.json": text}.read)
		if s != nil {
			t.Errorf("%s: read as %+v", text, s)
		}
		wantSpecError(t, err, "spec.json", want[0], want[1])
	}
}

// TestSuitesOverlap holds that what two suites have in common is measured once.
func TestSuitesOverlap(t *testing.T) {
	full, err := LookupSuite("full")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load("x", files{"x": `{"models": "a.onnx", "suites": ["spatial", "full", "l2"]}`}.read)
	if err != nil || len(s.Perturbations) != 1+len(full.Perturbations) || s.Perturbations[1].String() != "spatial" {
		t.Errorf("%v, %v", s, err)
	}
}

// TestPlainNumbers reads the kinds of numbers that decoders of YAML make.
func TestPlainNumbers(t *testing.T) {
	for _, v := range []any{5, int64(5), uint64(5), 5.0} {
		data := map[string]any{"models": "a.onnx", "seed": v, "cells": map[string]any{"corruption": "fog", "severity": v}}
		s, err := Load("x", func(string) (any, error) { return data, nil })
		if err != nil || s.Seed != 5 || fmt.Sprint(s.Perturbations) != "[clean fog{severity=5}]" {
			t.Errorf("%T: %+v, %v", v, s, err)
		}
	}
}

func wantSpecError(t *testing.T, err error, file, path, problem string) {
	t.Helper()
	var e *SpecError
	if !errors.As(err, &e) || e.File != file || e.Path != path || !strings.Contains(e.Problem, problem) || strings.Contains(e.Problem, "\n") {
		t.Errorf("error %v, want one in %s, at %q, with %q", err, file, path, problem)
	}
}
