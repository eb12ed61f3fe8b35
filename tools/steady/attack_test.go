package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"path/filepath"
	"strings"
	"testing"
)

func TestAttack(t *testing.T) {
	data, model := writeSet(t, 300), writeModel(t, 1)
	dir := t.TempDir()
	out := filepath.Join(dir, "adv.npy")
	r := result(t, "attack", "pgd", "--data", data, "--model", model, "--eps", "60/255", "--steps", "5", "--out", out)
	if r["n"] != 300.0 || r["clean_accuracy"] != 1.0 || r["robust_accuracy"] != 0.0 || r["success_rate"] != 1.0 {
		t.Errorf("attack: %v", r)
	}
	for _, key := range []string{"median_l2", "median_linf", "gradients", "queries", "images_per_second"} {
		if v, ok := r[key].(float64); !ok || v <= 0 {
			t.Errorf("attack: %s is %v", key, r[key])
		}
	}
	p := r["parameters"].(map[string]any)
	if p["norm"] != "linf" || p["eps"] != 60.0/255 || p["steps"] != 5.0 || p["step_size"] != 30.0/255 {
		t.Errorf("attack: parameters %v", p)
	}
	floats := npy(t, out, "<f4", "(300, 8, 8, 1)")
	if len(floats) != 4*300*64 {
		t.Fatalf("%d bytes of images", len(floats))
	}
	for i := 0; i < len(floats); i += 4 {
		if v := math.Float32frombits(binary.LittleEndian.Uint32(floats[i:])); !(v >= 0 && v <= 1) {
			t.Fatalf("element %d is %v", i/4, v)
		}
	}
	onlyFiles(t, dir, "adv.npy")
	// The adversarial images are read back as they are, not as bytes.
	pixels, labels, _ := strings.Cut(data, ",")
	near := result(t, "attack", "fgsm", "--data", data, "--model", model, "--eps", "30.2/255", "--out", filepath.Join(dir, "near.npy"))
	again := result(t, "eval", "--data", filepath.Join(dir, "near.npy")+","+labels, "--model", model)
	if again["accuracy"] != near["robust_accuracy"] || again["n"] != 300.0 {
		t.Errorf("of %s: accuracy %v of the images written, %v after the attack", pixels, again["accuracy"], near["robust_accuracy"])
	}

	weak := result(t, "attack", "fgsm", "--data", data, "--model", model, "--eps", "0.001")
	if weak["robust_accuracy"] != 1.0 || weak["success_rate"] != 0.0 || weak["median_l2"] != nil {
		t.Errorf("an eps that is too small: %v", weak)
	}
	// Aimed at a class: its own images are left out.
	aimed := result(t, "attack", "pgd", "--data", data, "--model", model, "--eps", "60/255", "--target", "below")
	if aimed["n"] != 150.0 || aimed["success_rate"] != 1.0 {
		t.Errorf("aimed at a class: %v", aimed)
	}
	text := must(t, "attack", "bim", "--data", data, "--model", model, "--limit", "5")
	if !strings.Contains(text, "robust") {
		t.Errorf("attack in words: %s", text)
	}
}

func TestAttackFamilies(t *testing.T) {
	data, model := writeSet(t, 40), writeModel(t, 1)
	args := func(name string, more ...string) []string {
		return append([]string{"attack", name, "--data", data, "--model", model}, more...)
	}
	r := result(t, args("autoattack", "--fast", "--eps", "0.001")...)
	stages := r["stages"].([]any)
	if len(stages) != 4 || r["robust_accuracy"] != 1.0 || r["parameters"].(map[string]any)["version"] != "fast" {
		t.Errorf("autoattack: %v", r)
	}
	for i, name := range []string{"apgd-ce", "apgd-t", "fab-t", "square"} {
		s := stages[i].(map[string]any)
		if s["attack"] != name || s["attempted"] != 40.0 || s["broken"] != 0.0 || s["robust_accuracy"] != 1.0 {
			t.Errorf("stage %d: %v", i, s)
		}
	}
	if notes, ok := r["notes"].([]any); !ok || len(notes) != 1 { // two classes are too few for the DLR loss
		t.Errorf("notes: %v", r["notes"])
	}
	text := must(t, args("autoattack", "--fast", "--eps", "60/255")...)
	if !strings.Contains(text, "broke 40 of 40") || !strings.Contains(text, "Note:") {
		t.Errorf("autoattack in words: %s", text)
	}

	near := result(t, args("deepfool")...)
	if near["success_rate"] != 1.0 || near["parameters"].(map[string]any)["norm"] != "l2" {
		t.Errorf("deepfool: %v", near)
	}
	// What is farther than eps does not count.
	if r := result(t, args("deepfool", "--eps", "0.001")...); r["success_rate"] != 0.0 || r["robust_accuracy"] != 1.0 {
		t.Errorf("deepfool within 0.001: %v", r)
	}
	few := result(t, args("square", "--queries", "3", "--eps", "0.001")...)
	if few["queries"] != 4.0*40 || few["gradients"] != 0.0 {
		t.Errorf("three queries: %v", few)
	}

	checked := result(t, "attack", "--check", "--data", data, "--model", model)
	if checked["n"] != 40.0 || len(checked["findings"].([]any)) != 9 {
		t.Errorf("check: %v", checked)
	}
	if text := must(t, "attack", "--check", "--data", data, "--model", model); !strings.Contains(text, "ok    images in [0,1]") {
		t.Errorf("check in words: %s", text)
	}
}

func TestCanceledLeavesNothing(t *testing.T) {
	data, model := writeSet(t, 20), writeModel(t, 1)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, args := range [][]string{
		{"attack", "pgd", "--data", data, "--model", model, "--out", filepath.Join(dir, "a.npy")},
		{"corrupt-set", "fog", "--data", data, "--out", filepath.Join(dir, "c.npy")},
		{"eval", "--data", data, "--model", model},
	} {
		var stdout, stderr bytes.Buffer
		code := run(ctx, args, &stdout, &stderr)
		if code != exitFailure || stdout.Len() > 0 || stderr.String() != "steady: stopped; nothing was written\n" {
			t.Errorf("steady %v: exit code %d, stdout %q, stderr %q", args, code, &stdout, &stderr)
		}
	}
	onlyFiles(t, dir)
}
