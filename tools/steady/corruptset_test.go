package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// stopAt runs the command until a file is there, and gives what it says then.
func stopAt(t *testing.T, file string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(stopWhen{context.Background(), file}, args, &stdout, &stderr); code != exitFailure || stdout.Len() > 0 {
		t.Fatalf("steady %v: exit code %d, stdout %q, stderr %q", args, code, &stdout, &stderr)
	}
	return stderr.String()
}

func writeBytes(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// A run that was broken off goes on to the same bytes; what cannot be trusted is begun anew, and said.
func TestCorruptSetGoesOn(t *testing.T) {
	data, longer, other := writeSet(t, 300), writeSet(t, 301), writeSet(t, 300)
	dir := t.TempDir()
	x := filepath.Join(dir, "x.npy")
	args := []string{"corrupt-set", "gaussian_noise", "--all", "--seed", "2", "--data", data, "--out", x}
	must(t, args...)
	want := readFile(t, x)
	if err := os.Remove(x); err != nil {
		t.Fatal(err)
	}
	pixels, _, _ := strings.Cut(other, ",")
	flip := func(b []byte) []byte { b[len(b)-1] ^= 1; return b }
	keep := func(b []byte) []byte { return b }
	writeBytes(t, pixels, flip(readFile(t, pixels)))
	for _, c := range []struct {
		name       string
		first      []string // the run that is broken off; nil for the same
		part, note func([]byte) []byte
		says       string
		before     float64
	}{
		{"as it was left", nil, keep, keep, "Going on", 256},
		{"killed while it wrote", nil, func(b []byte) []byte { return append(b, 1, 2, 3) }, keep, "Going on", 256},
		{"another byte", nil, flip, keep, "x.npy.part is damaged", 0},
		{"cut short", nil, func(b []byte) []byte { return b[:len(b)-1] }, keep, "x.npy.part is damaged", 0},
		{"no note", nil, keep, func([]byte) []byte { return nil }, "", 0},
		{"no part", nil, func([]byte) []byte { return nil }, keep, "x.npy.part is damaged", 0},
		{"a broken note", nil, keep, func(b []byte) []byte { return b[:20] }, "x.npy.part.json is damaged", 0},
		{"a note that lies", nil, keep,
			func(b []byte) []byte { return bytes.Replace(b, []byte(`"whole": 256`), []byte(`"whole": -1`), 1) },
			"x.npy.part is damaged", 0},
		{"another seed", []string{"corrupt-set", "gaussian_noise", "--all", "--seed", "3", "--data", data, "--out", x},
			keep, keep, "severity 1 2 3 4 5, profile cifar, seed 3): beginning anew", 0},
		{"another corruption", []string{"corrupt-set", "shot_noise", "--all", "--seed", "2", "--data", data, "--out", x},
			keep, keep, "another run (shot_noise", 0},
		{"the same images elsewhere", []string{"corrupt-set", "gaussian_noise", "--all", "--seed", "2", "--data", longer,
			"--limit", "300", "--out", x}, keep, keep, "Going on", 256},
		{"other images", []string{"corrupt-set", "gaussian_noise", "--all", "--seed", "2", "--data", other, "--out", x},
			keep, keep, "another run (gaussian_noise, 300 images", 0},
		{"fewer images", []string{"corrupt-set", "gaussian_noise", "--all", "--seed", "2", "--data", data, "--limit",
			"299", "--out", x}, keep, keep, "another run (gaussian_noise, 299 images", 0},
		{"fewer severities", []string{"corrupt-set", "gaussian_noise", "--severity", "1", "--seed", "2", "--data", data,
			"--out", x}, keep, keep, "another run", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			first := c.first
			if first == nil {
				first = args
			}
			note := x + ".part.json"
			if said := stopAt(t, note, first...); !strings.Contains(said, "256 of") || !strings.Contains(said, "goes on") {
				t.Errorf("stopped: %q", said)
			}
			onlyFiles(t, dir, "x.npy.part", "x.npy.part.json")
			for path, change := range map[string]func([]byte) []byte{x + ".part": c.part, note: c.note} {
				if b := change(readFile(t, path)); b != nil {
					writeBytes(t, path, b)
				} else if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			}
			out, said, code := steady(append(args, "--json")...)
			var result struct {
				Files []struct {
					Before float64 `json:"resumed_after"`
				}
			}
			if err := json.Unmarshal([]byte(out), &result); err != nil || code != exitOK || len(result.Files) != 1 {
				t.Fatalf("exit code %d, %s%s%v", code, out, said, err)
			}
			if got := result.Files[0].Before; got != c.before || !strings.Contains(said, c.says) {
				t.Errorf("%v images from before, want %v; it says %q, want %q", got, c.before, said, c.says)
			}
			if !bytes.Equal(readFile(t, x), want) {
				t.Error("the file has not the bytes of a run that was not broken off")
			}
			onlyFiles(t, dir, "x.npy")
			os.Remove(x)
		})
	}
}

// A severity that is a word is read as it was written.
func TestCorruptSetGoesOnInARange(t *testing.T) {
	dir, data := t.TempDir(), writeSet(t, 300)
	whole, x := filepath.Join(dir, "whole.npy"), filepath.Join(dir, "x.npy")
	args := func(out string) []string {
		return []string{"corrupt-set", "laugros/rain", "--severity", "range", "--data", data, "--out", out}
	}
	stopAt(t, x+".part.json", args(x)...)
	if _, said, code := steady(args(x)...); code != exitOK || !strings.Contains(said, "Going on") {
		t.Errorf("exit code %d, %q", code, said)
	}
	must(t, args(whole)...)
	if !bytes.Equal(readFile(t, x), readFile(t, whole)) {
		t.Error("the file has not the bytes of a run that was not broken off")
	}
}

// A folder is CIFAR-10-C's: a file a corruption, and the labels.
func TestCorruptSetFolder(t *testing.T) {
	data := writeSet(t, 300)
	top := t.TempDir()
	dir, single := filepath.Join(top, "c"), filepath.Join(top, "single.npy")
	args := []string{"corrupt-set", "fog", "contrast", "laugros/rain", "--suite", "imagenet-c-extra", "--all", "--data", data, "--out",
		dir + "/"}

	said := stopAt(t, filepath.Join(dir, "fog.npy"), args...)
	if !strings.Contains(said, "stopped after 1 of ") {
		t.Errorf("stopped: %q", said)
	}
	onlyFiles(t, dir, "about.json", "fog.npy")
	said = stopAt(t, filepath.Join(dir, "contrast.npy.part.json"), args...)
	if !strings.Contains(said, "256 of 1500 images") {
		t.Errorf("stopped: %q", said)
	}
	out := result(t, args...)
	files := out["files"].([]any)
	fog, contrast := files[0].(map[string]any), files[1].(map[string]any)
	if fog["resumed_after"] != 1500.0 || contrast["resumed_after"] != 256.0 || fog["out"] != filepath.Join(dir, "fog.npy") {
		t.Errorf("files: %v", files)
	}
	about := struct{ Files map[string]string }{}
	if err := json.Unmarshal(readFile(t, dir, "about.json"), &about); err != nil || len(about.Files) != len(files) {
		t.Errorf("about.json lists %d files of %d: %v", len(about.Files), len(files), err)
	}
	for name, sum := range about.Files {
		must(t, "corrupt-set", strings.TrimSuffix(name, ".npy"), "--all", "--force", "--data", data, "--out", single)
		b := readFile(t, dir, name)
		if !bytes.Equal(b, readFile(t, single)) {
			t.Errorf("%s is not what the corruption alone gives", name)
		}
		if s := sha256.Sum256(b); hex.EncodeToString(s[:]) != sum {
			t.Errorf("%s has another sum than about.json says", name)
		}
	}
	if labels := npy(t, filepath.Join(dir, "labels.npy"), "<i8", "(1500,)"); labels[8] != 1 || labels[300*8] != 0 {
		t.Error("the labels do not repeat for each severity")
	}

	// Nothing is made twice, but what has lost its end, or has another byte, is made again.
	if text := must(t, args...); strings.Contains(text, "images made") {
		t.Errorf("a whole folder: %s", text)
	}
	path := filepath.Join(dir, "contrast.npy")
	whole := readFile(t, path)
	for _, damaged := range [][]byte{whole[:len(whole)-1], append(bytes.Clone(whole[:len(whole)-1]), ^whole[len(whole)-1])} {
		writeBytes(t, path, damaged)
		_, said, code := steady(args...)
		if code != exitOK || !strings.Contains(said, path+" has not the bytes that about.json lists: making it again") {
			t.Errorf("exit code %d, %q", code, said)
		}
		if !bytes.Equal(readFile(t, path), whole) {
			t.Error("a damaged file is not made again")
		}
	}

	// What is of another origin is not touched.
	writeBytes(t, filepath.Join(dir, "snow.npy"), []byte("mine"))
	elsewhere := t.TempDir()
	writeBytes(t, filepath.Join(elsewhere, "labels.npy"), []byte("mine"))
	for says, args := range map[string][]string{
		"another run":  {"corrupt-set", "fog", "--all", "--data", data, "--seed", "1", "--out", dir},
		"does not say": {"corrupt-set", "snow", "--all", "--data", data, "--out", dir},
		"of what run":  {"corrupt-set", "fog", "--all", "--data", data, "--out", elsewhere},
	} {
		if _, said, code := steady(args...); code != exitUsage || !strings.Contains(said, says) {
			t.Errorf("steady %v: exit code %d, %q, want %q", args, code, said, says)
		}
	}
	onlyFiles(t, elsewhere, "labels.npy")
	// With --force it is replaced, but for files of another run that would stay beside those of this one.
	must(t, "corrupt-set", "fog", "--all", "--data", data, "--out", elsewhere, "--force")
	onlyFiles(t, elsewhere, "about.json", "fog.npy", "labels.npy")
	must(t, "corrupt-set", "fog", "--all", "--data", data, "--seed", "1", "--out", elsewhere, "--force")
	_, said, code := steady("corrupt-set", "snow", "--all", "--data", data, "--out", elsewhere, "--force")
	if code != exitUsage || !strings.Contains(said, "holds fog.npy of another run") {
		t.Errorf("a file of another run would stay: exit code %d, %q", code, said)
	}
	writeBytes(t, filepath.Join(dir, "about.json"), []byte("{"))
	if _, said, code := steady(args...); code != exitFailure || !strings.Contains(said, "about.json is damaged") {
		t.Errorf("a damaged about.json: exit code %d, %q", code, said)
	}
}

// Several runs into one folder share the work, and none loses what another has listed.
func TestCorruptSetTogether(t *testing.T) {
	data, dir := writeSet(t, 300), filepath.Join(t.TempDir(), "c")
	var all sync.WaitGroup
	for _, names := range []string{"fog contrast", "contrast brightness", "brightness fog", "fog contrast brightness"} {
		all.Go(func() {
			args := append([]string{"corrupt-set", "--all", "--data", data, "--out", dir + "/"}, strings.Fields(names)...)
			if _, stderr, code := steady(args...); code != exitOK {
				t.Errorf("%s: exit code %d, %s", names, code, stderr)
			}
		})
	}
	all.Wait()
	onlyFiles(t, dir, "about.json", "brightness.npy", "contrast.npy", "fog.npy", "labels.npy")
	about := struct{ Files map[string]string }{}
	if err := json.Unmarshal(readFile(t, dir, "about.json"), &about); err != nil || len(about.Files) != 3 {
		t.Errorf("about.json lists %v, %v", about.Files, err)
	}
	for name, sum := range about.Files {
		if s := sha256.Sum256(readFile(t, dir, name)); hex.EncodeToString(s[:]) != sum {
			t.Errorf("%s has another sum than about.json says", name)
		}
	}
}

// npy reads a NumPy file of the kinds written here.
func npy(t *testing.T, path, descr, shape string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b, []byte("\x93NUMPY\x01\x00")) {
		t.Fatalf("%s begins with %q", path, b[:min(8, len(b))])
	}
	head := string(b[10 : 10+int(binary.LittleEndian.Uint16(b[8:]))])
	if (10+len(head))%64 != 0 || !strings.HasSuffix(head, "\n") {
		t.Errorf("%s: a header of %d bytes is not aligned", path, len(head))
	}
	if !strings.Contains(head, "'descr': '"+descr+"'") || !strings.Contains(head, "'shape': "+shape) {
		t.Errorf("%s: header %s, want %s and %s", path, head, descr, shape)
	}
	return b[10+len(head):]
}

func TestCorruptSetAndEval(t *testing.T) {
	data, gray, color := writeSet(t, 300), writeModel(t, 1), writeModel(t, 3)
	dir := t.TempDir()
	x, y := filepath.Join(dir, "x.npy"), filepath.Join(dir, "y.npy")
	out := result(t, "corrupt-set", "gaussian_noise", "--severity", "5", "--seed", "2", "--data", data,
		"--out", x, "--labels-out", y)
	if file := out["files"].([]any)[0].(map[string]any); out["n"] != 300.0 || file["corruption"] != "gaussian_noise" {
		t.Errorf("result %v", out)
	}
	pixels := npy(t, x, "|u1", "(300, 8, 8, 3)")
	whole, all := filepath.Join(dir, "all.npy"), filepath.Join(dir, "all-labels.npy")
	must(t, "corrupt-set", "gaussian_noise", "--all", "--seed", "2", "--data", data, "--out", whole, "--labels-out", all)
	if stacked := npy(t, whole, "|u1", "(1500, 8, 8, 3)"); !bytes.Equal(stacked[4*len(pixels):], pixels) {
		t.Error("the last fifth of all severities is not severity 5")
	}
	if labels := npy(t, all, "<i8", "(1500,)"); !bytes.Equal(labels[:300*8], labels[1200*8:]) {
		t.Error("the labels do not repeat for each severity")
	}
	for _, file := range []string{whole, all} {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	if len(pixels) != 300*8*8*3 {
		t.Fatalf("%d bytes of pixels", len(pixels))
	}
	for i := 0; i < len(pixels); i += 3 {
		if pixels[i] != pixels[i+1] || pixels[i] != pixels[i+2] {
			t.Fatalf("a gray picture became colored at byte %d", i)
		}
	}
	if labels := npy(t, y, "<i8", "(300,)"); len(labels) != 8*300 || labels[8] != 1 {
		t.Errorf("%d bytes of labels", len(labels))
	}
	onlyFiles(t, dir, "x.npy", "y.npy")

	clean := result(t, "eval", "--data", data, "--model", gray, "--per-class")
	for key, want := range map[string]any{
		"model": gray, "n": 300.0, "accuracy": 1.0, "corruption": nil, "severity": 0.0, "engine": "cpu",
	} {
		if got, ok := clean[key]; !ok || got != want {
			t.Errorf("eval: %s is %v, want %v", key, got, want)
		}
	}
	if clean["images_per_second"].(float64) <= 0 || len(clean["classes"].([]any)) != 2 {
		t.Errorf("eval: %v", clean)
	}
	ours := result(t, "eval", "--data", "fashion", "--limit", "20", "--mean", "0.1")
	checked := result(t, "eval", "--data", "fashion", "--limit", "20", "--mean", "0.1", "--backend", "reference")
	if checked["engine"] != "reference" || checked["n"] != 20.0 || checked["accuracy"] != ours["accuracy"] {
		t.Errorf("eval by the reference: %v, want what the engine gives, %v", checked, ours)
	}
	if got := result(t, "eval", "--data", data, "--model", gray, "--limit", "10")["n"]; got != 10.0 {
		t.Errorf("--limit 10 evaluates %v", got)
	}
	// Corrupted on the way and corrupted in a file are the same to the byte, for both networks.
	for _, m := range []string{gray, color} {
		way := result(t, "eval", "--data", data, "--model", m, "--corruption", "gaussian_noise", "--severity", "5",
			"--seed", "2")
		file := result(t, "eval", "--data", x+","+y, "--model", m)
		if way["accuracy"] != file["accuracy"] || way["corruption"] != "gaussian_noise" || way["severity"] != 5.0 {
			t.Errorf("on the way %v, from the file %v", way, file)
		}
	}
	// An amount from all of the published range, for each image its own.
	must(t, "corrupt-set", "laugros/contrast", "--severity", "range", "--force", "--data", data, "--out", x)
	way := result(t, "eval", "--data", data, "--model", gray, "--corruption", "laugros/contrast", "--severity", "range")
	file := result(t, "eval", "--data", x+","+y, "--model", gray)
	if way["accuracy"] != file["accuracy"] || way["severity"] != "range" {
		t.Errorf("in the full range: on the way %v, from the file %v", way, file)
	}
	// Preprocessing that undoes itself: (x·255 - 0)/255.
	got := result(t, "eval", "--data", data, "--model", gray, "--scale", "255", "--std", "255")
	if got["accuracy"] != 1.0 {
		t.Errorf("with preprocessing: %v", got)
	}
}
