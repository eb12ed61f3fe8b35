package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Images of any sizes are evaluated, attacked and written when the flags say how, and refused with these flags otherwise.
func TestSizes(t *testing.T) {
	dir := t.TempDir()
	for class, sizes := range [][][2]int{{{16, 16}, {20, 31}, {8, 8}}, {{40, 12}, {9, 9}, {64, 64}}} {
		folder := filepath.Join(dir, "set", []string{"a", "b"}[class])
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		for i, size := range sizes {
			writePNG(t, filepath.Join(folder, string(rune('0'+i))+".png"), size[0], size[1])
		}
	}
	set, model := filepath.Join(dir, "set"), writeModel(t, 3)
	for _, args := range [][]string{
		{"eval", "--data", set, "--model", model},
		{"attack", "fgsm", "--data", set, "--model", model},
		{"attack", "--check", "--data", set, "--model", model},
		{"eval", "--data", set, "--model", model, "--crop", "8", "--limit", "6"},
	} {
		_, stderr, code := steady(args...)
		if want := args[len(args)-2] != "--limit"; (code == exitUsage && strings.Contains(stderr, "--size 8")) != want {
			t.Errorf("%q: exit code %d, %q", args, code, stderr)
		}
	}
	for _, size := range [][]string{{"--size", "8"}, {"--resize", "10"}, {"--resize", "10", "--crop", "8"}} {
		out, stderr, code := steady(append([]string{"eval", "--data", set, "--model", writeModel(t, 1), "--json"}, size...)...)
		if code != exitOK || !strings.Contains(stderr, "8×8") || !strings.Contains(stderr, "luma") {
			t.Errorf("%q: exit code %d, %q %q", size, code, stderr, out)
		}
	}
	for _, size := range [][]string{{"--size", "8", "--crop", "8"}, {"--size", "9"}, {"--crop", "-1"}, {"--resize", "7"},
		{"--resize", "9", "--crop", "10"}, {"--resize", "9223372036854775807", "--crop", "8"}} {
		if _, stderr, code := steady(append([]string{"eval", "--data", set, "--model", model}, size...)...); code != exitUsage {
			t.Errorf("%q: exit code %d, %q", size, code, stderr)
		}
	}
	x := filepath.Join(dir, "fog.npy")
	if _, stderr, code := steady("corrupt-set", "fog", "--data", set, "--out", x); code != exitUsage || !strings.Contains(stderr, "--size") {
		t.Errorf("corrupt-set of several sizes: exit code %d, %q", code, stderr)
	}
	labels := filepath.Join(dir, "labels.npy")
	must(t, "corrupt-set", "fog", "--data", set, "--size", "8", "--out", x, "--labels-out", labels)
	direct := result(t, "eval", "--data", set, "--model", model, "--size", "8", "--corruption", "fog")
	written := result(t, "eval", "--data", x+","+labels, "--model", model)
	if direct["accuracy"] != written["accuracy"] || written["n"] != 6.0 {
		t.Errorf("accuracy %v of %v images written, %v of those corrupted on the way", written["accuracy"], written["n"], direct["accuracy"])
	}
}

// A network that takes images of any size is given one.
func TestFreeSize(t *testing.T) {
	model, data := filepath.Join("..", "..", "core", "onnx", "testdata", "inputs", "all_free.onnx"), filepath.Join(t.TempDir(), "set")
	for i, class := range []string{"a", "b", "c", "d", "e"} {
		if err := os.MkdirAll(filepath.Join(data, class), 0o755); err != nil {
			t.Fatal(err)
		}
		writePNG(t, filepath.Join(data, class, "0.png"), 16+5*i, 31)
	}
	image := filepath.Join(data, "a", "0.png")
	for _, args := range [][]string{{"eval", "--data", data}, {"eval", "--data", data, "--resize", "20"}, {"predict", image},
		{"attack", "fgsm", "--data", data}, {"attack", "--check", "--data", data}} {
		if _, stderr, code := steady(append(args, "--model", model)...); code != exitUsage || !strings.Contains(stderr, "--size N or HxW") {
			t.Errorf("%q: exit code %d, %q", args, code, stderr)
		}
	}
	for _, args := range [][]string{{"eval", "--data", data, "--size", "10"}, {"eval", "--data", data, "--size", "12x20"},
		{"eval", "--data", data, "--resize", "20", "--crop", "16"}, {"predict", image, "--size", "12x20"},
		{"attack", "fgsm", "--data", data, "--size", "12x20"}, {"attack", "--check", "--data", data, "--size", "10"}} {
		must(t, append(args, "--model", model)...)
	}
	if _, stderr, code := steady("predict", image, "--model", writeModel(t, 3), "--size", "9"); code != exitUsage ||
		!strings.Contains(stderr, "but the network takes 8×8") {
		t.Errorf("another size than the network's: exit code %d, %q", code, stderr)
	}
	x := filepath.Join(t.TempDir(), "x.npy")
	must(t, "corrupt-set", "fog", "--data", data, "--size", "8x12", "--out", x)
	if info, err := os.Stat(x); err != nil || info.Size() != 128+5*8*12*3 {
		t.Errorf("five images of 8×12: %v, %v", info, err)
	}
}

func TestPredictions(t *testing.T) {
	data, model := writeSet(t, 5), writeModel(t, 3)
	out := filepath.Join(t.TempDir(), "p.csv")
	got := result(t, "eval", "--data", data, "--model", model, "--predictions", out, "--top", "2")
	rows := strings.Split(strings.TrimSpace(string(readFile(t, out))), "\n")
	if len(rows) != 6 || !strings.HasPrefix(rows[0], "image,label,") || got["top_k"] != 2.0 || got["top_k_accuracy"] == nil {
		t.Errorf("%v, rows %q", got, rows)
	}
	if _, _, code := steady("eval", "--data", data, "--model", model, "--top", "99"); code != exitUsage {
		t.Errorf("--top 99: exit code %d", code)
	}
}

// The error of a damaged file names the flag that leaves it out, whichever command reads it.
func TestDamaged(t *testing.T) {
	set, dir := t.TempDir(), t.TempDir()
	for _, split := range []string{"train", "test"} {
		for _, class := range []string{"a", "b"} {
			if err := os.MkdirAll(filepath.Join(set, split, class), 0o755); err != nil {
				t.Fatal(err)
			}
			writePNG(t, filepath.Join(set, split, class, "0.png"), side, side)
			writePNG(t, filepath.Join(set, split, class, "1.png"), side, side)
		}
	}
	damaged := filepath.Join(set, "test", "a", "0.png")
	writeBytes(t, damaged, readFile(t, damaged)[:50])
	model := writeModel(t, 3)
	for _, args := range [][]string{
		{"eval", "--model", model}, {"attack", "fgsm", "--model", model}, {"attack", "--check", "--model", model},
		{"corrupt-set", "fog", "--out", filepath.Join(dir, "x.npy")},
		{"corrupt-set", "fog", "--size", "8", "--out", filepath.Join(dir, "y.npy")},
		{"train", "standard", "--batch", "2", "--epochs", "1", "--shift", "1", "--out", filepath.Join(dir, "m.onnx")},
	} {
		_, stderr, code := steady(append(args, "--data", set)...)
		if code != exitFailure || !strings.Contains(stderr, "0.png: damaged image") || !strings.Contains(stderr, "--skip-damaged") {
			t.Errorf("%q: exit code %d, %s", args, code, stderr)
		}
	}
	onlyFiles(t, dir)
}
