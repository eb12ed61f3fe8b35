package bench

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
)

// Suites and cells may have fewer images than the data.
func TestLimits(t *testing.T) {
	s, err := Load("x", files{"x": `{"models": "a.onnx", "data": {"path": "d", "limit": 100},
		"suites": ["spatial", {"suite": "l2", "limit": 30}],
		"cells": [{"attack": "pgd{norm=l2}", "eps": [1, 2], "limit": 20}, {"corruption": "fog", "severity": 1, "limit": 300}, "snow{severity=1}"]}`}.read)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"clean": 100, "spatial": 100, "fgsm{norm=l2}": 30, "pgd{norm=l2}": 30, "autoattack{norm=l2}": 30,
		"pgd{eps=1,norm=l2}": 20, "pgd{eps=2,norm=l2}": 20, "fog{severity=1}": 100, "snow{severity=1}": 100}
	for _, p := range s.Perturbations {
		if got := s.Images(p, 100); got != want[p.String()] {
			t.Errorf("%s: %d images, want %d", p, got, want[p.String()])
		}
	}
	if len(s.Perturbations) != len(want) {
		t.Errorf("%v", s.Perturbations)
	}
	wrong := s.Limits[s.Perturbations[2]].Wrong("too many")
	wantSpecError(t, wrong, "x", "suites[1].limit", "too many")
}

func TestLimitErrors(t *testing.T) {
	for text, want := range map[string][2]string{
		`{"suites": {"limit": 3}}`:                               {"suites", "a limit without suite"},
		`{"suites": {"suite": "l3"}}`:                            {"suites.suite", `unknown suite "l3"`},
		`{"suites": {"suite": "l2", "limit": 0}}`:                {"suites.limit", "0: want a whole number from 1"},
		`{"suites": {"suite": "l2", "seed": 0}}`:                 {"suites.seed", "valid: suite, limit"},
		`{"suites": ["l2", {"suite": "l2", "limit": 4}]}`:        {"suites[1]", "twice"},
		`{"suites": ["spatial", {"suite": "full", "limit": 4}]}`: {"suites[1]", "spatial is measured by suites[0] on another number of images"},
		`{"cells": {"attack": "pgd", "limit": "many"}}`:          {"cells.limit", `"many": want a whole number`},
		`{"cells": ["pgd", {"attack": "pgd", "limit": 4}]}`:      {"cells[1]", "pgd{norm=linf} is measured by cells[0]"},
	} {
		s, err := Load("spec.json", files{"spec.json": text}.read)
		if s != nil {
			t.Errorf("%s: read as %+v", text, s)
		}
		wantSpecError(t, err, "spec.json", want[0], want[1])
	}
}

// What Plain returns is read as the same spec.
func TestPlain(t *testing.T) {
	for _, text := range []string{
		`{"models": "a.onnx", "cells": "fog{severity=1}"}`,
		`{"models": ["nets/a.onnx", {"file": "b.onnx", "name": "ours", "output": "logits", "preset": "caffe"},
			{"file": "c.onnx", "mean": [0.1, 0.2, "3/10"], "std": 0.5, "scale": 255, "bgr": true}],
		 "data": {"path": "val", "resize": 256, "crop": 224, "limit": 5000, "class-map": "classes.csv"},
		 "seed": 3, "corrupted": ["ImageNet-C"], "overlays": "ice",
		 "suites": [{"suite": "laugros", "limit": 100}, {"suite": "imagenet-c", "limit": 10}, {"suite": "linf-curve", "limit": 1000}, "spatial"],
		 "cells": [{"corruption": "laugros/hue", "severity": "range", "jpeg": 50, "limit": 3}, {"corruption": "fog", "profile": "cifar"}]}`,
	} {
		s, err := Load("x", files{"x": text}.read)
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(s.Plain())
		if err != nil {
			t.Fatal(err)
		}
		again, err := Load("x", files{"x": string(b)}.read)
		if err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		if !reflect.DeepEqual(again.Plain(), s.Plain()) || fmt.Sprint(again.Perturbations) != fmt.Sprint(s.Perturbations) {
			t.Errorf("%s was read as %+v", b, again.Plain())
		}
		for i, m := range s.Models {
			m.at, again.Models[i].at = plain{}, plain{}
			if !reflect.DeepEqual(again.Models[i], m) {
				t.Errorf("model %+v, want %+v", again.Models[i], m)
			}
		}
		for _, p := range s.Perturbations {
			if got, want := again.Images(p, 1<<30), s.Images(p, 1<<30); got != want {
				t.Errorf("%s on %d images, want %d", p, got, want)
			}
		}
	}
}

// A run computes as many images of a perturbation as are asked for, and finds whole slices that were computed for more.
func TestRunOfFewer(t *testing.T) {
	list, _ := subjects()
	all := perturbations(t, several...)
	var store Memory
	images := func(p Perturbation, all int) int {
		if p.Clean() {
			return all
		}
		return 300
	}
	p, err := Run(t.Context(), &store, list, all, Options{Images: images})
	if err != nil || p.Images != 3*(count+3*300) || p.ImagesDone != p.Images || p.Cells != 3*4 {
		t.Fatalf("%+v, %v", p, err)
	}
	p, err = Run(t.Context(), &store, list, all[3:], Options{Images: func(Perturbation, int) int { return 500 }})
	if err != nil || p.Stored != 0 || p.Cells != 3 || p.Images != 3*250 {
		t.Errorf("%+v, %v, want one slice of two as it is", p, err)
	}
	var whole Memory
	if _, err := Run(t.Context(), &whole, list, all, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		c := list[0].Cell
		c.Perturbation = p
		few := c
		few.N = images(p, c.N)
		a, err := Collect(&store, few, SliceSize(p, 4))
		if err != nil {
			t.Fatal(err)
		}
		b, err := Collect(&whole, c, SliceSize(p, 4))
		if err != nil || !slices.Equal(a.Answers, b.Answers[:few.N]) {
			t.Errorf("%s: the first %d answers of a run of all are others (%v)", p, few.N, err)
		}
	}
}
