package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/corrupt"
	"steady/tools/internal/picture"
)

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

func TestCorrupt(t *testing.T) {
	dir := t.TempDir()
	one, two := filepath.Join(dir, "one.png"), filepath.Join(dir, "two.png")
	writePNG(t, one, 40, 30)
	writePNG(t, two, 20, 50)
	same := func(a, b string) bool {
		x, err := os.ReadFile(filepath.Join(dir, a))
		if err != nil {
			t.Fatal(err)
		}
		y, err := os.ReadFile(filepath.Join(dir, b))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Equal(x, y)
	}
	for _, name := range []string{"a.png", "b.png", "c.jpg"} {
		must(t, "corrupt", "gaussian_noise", "--seed", "4", one, filepath.Join(dir, name))
	}
	must(t, "corrupt", "gaussian_noise", "--seed", "5", one, filepath.Join(dir, "d.png"))
	if !same("a.png", "b.png") || same("a.png", "d.png") || same("a.png", "one.png") {
		t.Error("the same seed must give the same picture, and another seed another")
	}
	out := result(t, "corrupt", "gaussian_noise", "--seed", "4", one, two, filepath.Join(dir, "all"))
	pictures := out["pictures"].([]any)
	if len(pictures) != 2 || pictures[1].(map[string]any)["psnr"].(float64) < 5 {
		t.Errorf("result %v", out)
	}
	if !same("a.png", "all/one.png") {
		t.Error("the first of many pictures differs from the same picture alone")
	}
	sheet := result(t, "corrupt", "--sheet", "--severity", "2", one, filepath.Join(dir, "sheet.png"))
	m, err := picture.Read(filepath.Join(dir, "sheet.png"))
	if err != nil {
		t.Fatal(err)
	}
	cells := len(corrupt.All()) + 1
	rows := (cells + 8 - 1) / 8
	if sheet["corruptions"] != float64(cells-1) || m.H < rows*224 || m.W < 8*224 {
		t.Errorf("a sheet of %d×%d says %v: want room for %d pictures", m.W, m.H, sheet, cells)
	}
	ranged := result(t, "corrupt", "--sheet", "--severity", "range", one, filepath.Join(dir, "range.png"))
	if ranged["corruptions"] != float64(len(corrupt.In(corrupt.Laugros))) || ranged["severity"] != "range" {
		t.Errorf("a sheet of full ranges says %v", ranged)
	}
	onlyFiles(t, dir, "a.png", "all", "b.png", "c.jpg", "d.png", "one.png", "range.png", "sheet.png", "two.png")
	onlyFiles(t, filepath.Join(dir, "all"), "one.png", "two.png")
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
	must(t, "corrupt-set", "laugros/contrast", "--severity", "range", "--data", data, "--out", x)
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

func TestPredict(t *testing.T) {
	dir, model := t.TempDir(), writeModel(t, 3)
	picture, small := filepath.Join(dir, "p.png"), filepath.Join(dir, "s.png")
	writePNG(t, picture, 24, 16)
	writePNG(t, small, 8, 8)
	labels := filepath.Join(dir, "labels.json")
	if err := os.WriteFile(labels, []byte(`{"0": "light above", "1": "light below"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	out := result(t, "predict", "--model", model, "--labels", labels, picture, small)
	first := out["pictures"].([]any)[0].(map[string]any)
	top := first["top"].([]any)[0].(map[string]any)
	if first["fitted"] != true || top["label"] != "light above" || top["probability"].(float64) < 0.5 {
		t.Errorf("predict: %v", out)
	}
	if second := out["pictures"].([]any)[1].(map[string]any); second["fitted"] != false {
		t.Errorf("a picture of the network's size was fitted: %v", second)
	}
	if text := must(t, "predict", "--model", model, small); !strings.Contains(text, "above") {
		t.Errorf("predict without --labels: %s", text)
	}
}

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
