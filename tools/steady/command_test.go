package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"steady/core/nn"
	"steady/core/onnx"
)

// steady runs the command and returns what it wrote and its exit code.
func steady(args ...string) (stdout, stderr string, code int) {
	var out, err bytes.Buffer
	code = run(context.Background(), args, &out, &err)
	return out.String(), err.String(), code
}

// must is steady for what has to succeed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	out, err, code := steady(args...)
	if code != exitOK {
		t.Fatalf("steady %s: exit code %d: %s", strings.Join(args, " "), code, err)
	}
	return out
}

// result is must --json.
func result(t *testing.T, args ...string) map[string]any {
	t.Helper()
	out := must(t, append(args, "--json")...)
	d := json.NewDecoder(strings.NewReader(out))
	v := map[string]any{}
	if err := d.Decode(&v); err != nil {
		t.Fatalf("steady %s: %v in %s", strings.Join(args, " "), err, out)
	}
	if d.More() {
		t.Errorf("steady %s: more than one object on stdout", strings.Join(args, " "))
	}
	return v
}

// side is the width and height of the test images.
const side = 8

// writeSet writes n gray images as IDX files and returns DATA: those of class 0 are brighter above, those of class 1
// below.
func writeSet(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	images := binary.BigEndian.AppendUint32(nil, 0x803)
	labels := binary.BigEndian.AppendUint32(nil, 0x801)
	for _, d := range []int{n, side, side} {
		images = binary.BigEndian.AppendUint32(images, uint32(d))
	}
	labels = binary.BigEndian.AppendUint32(labels, uint32(n))
	for i := range n {
		labels = append(labels, byte(i%2))
		for p := range side * side {
			v := 100 + (i*31+p*17)%30
			if (p < side*side/2) == (i%2 == 0) {
				v += 60
			}
			images = append(images, byte(v))
		}
	}
	for name, b := range map[string][]byte{"images.idx": images, "labels.idx": labels} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "images.idx") + "," + filepath.Join(dir, "labels.idx")
}

// writeModel writes a network that tells the classes of writeSet apart, for images of c channels.
func writeModel(t *testing.T, c int) string {
	t.Helper()
	size := c * side * side
	w := make([]float32, 2*size)
	for i := range size {
		v := float32(1)
		if i%(side*side) >= side*side/2 {
			v = -1
		}
		w[i], w[size+i] = v, -v
	}
	n := &nn.Network{
		Name:  "halves",
		Image: nn.Shape{c, side, side},
		Layers: []nn.Layer{
			{Name: "flat", Op: &nn.Reshape{Shape: nn.Shape{size}}, In: []nn.Value{nn.Input}},
			{Name: "linear", Op: &nn.Linear{Weight: &nn.Param{Name: "w", Shape: []int{2, size}, Data: w}}, In: []nn.Value{1}},
			{Name: "softmax", Op: &nn.Softmax{}, In: []nn.Value{2}},
		},
		Output: 3,
		Labels: []string{"above", "below"},
	}
	b, err := onnx.Write(n)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "halves.onnx")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// writePNG writes a picture that is brighter above.
func writePNG(t *testing.T, path string, w, h int) {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			v := uint8(90 + (x*7+y*3)%40)
			if y < h/2 {
				v += 80
			}
			m.SetNRGBA(x, y, color.NRGBA{v, v / 2, 255 - v, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// onlyFiles fails if a folder holds anything but the files named.
func onlyFiles(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, e := range entries {
		found = append(found, e.Name())
	}
	if strings.Join(found, " ") != strings.Join(names, " ") {
		t.Errorf("the folder holds %v, want %v", found, names)
	}
}

func TestWrongUsage(t *testing.T) {
	data, model := writeSet(t, 4), writeModel(t, 1)
	dir := t.TempDir()
	picture := filepath.Join(dir, "in.png")
	writePNG(t, picture, 8, 8)
	out := filepath.Join(dir, "out.npy")
	for _, c := range []struct {
		args string
		says string
	}{
		{"", "list"},
		{"atack", "attack"},
		{"list", "missing list; one of corruptions, attacks"},
		{"list attacks recipes", "\"recipes\" is one argument too many"},
		{"list colors", "corruptions, attacks"},
		{"list attacks --fast", "--fast"},
		{"corrupt fog", "where to write"},
		{"corrupt --sheet " + picture, "contact sheet"},
		{"corrupt --sheet --severity 9 " + picture + " x.png", "want one of 1, 2, 3, 4, 5, range"},
		{"corrupt --sheet " + picture + " x.gif", ".png"},
		{"corrupt fogg " + picture + " x.png", "fog"},
		{"corrupt fog --severity 6 " + picture + " x.png", "want one of 1, 2, 3, 4, 5, range"},
		{"corrupt laugros/rain --severity 0 " + picture + " x.png", "range"},
		{"corrupt laugros/rain --severity -1 " + picture + " x.png", "want one of 1, 2, 3, 4, 5, range"},
		{"corrupt laugros/rain --severity strong " + picture + " x.png", "want one of 1, 2, 3, 4, 5, range"},
		{"corrupt fog --profile big " + picture + " x.png", "big"},
		{"corrupt fog " + picture + " x.gif", ".png"},
		{"corrupt fog --force " + picture + " " + picture, "that is the same file"},
		{"corrupt fog " + picture + " " + picture + " new.png", "folder"},
		{"corrupt-set fog --data " + data, "--out"},
		{"corrupt-set fog --all --severity 2 --data " + data + " --out x.npy", "one or the other"},
		{"corrupt-set fog --data " + data + " --out x.txt", ".npy"},
		{"corrupt-set fog --size 100000000 --data " + data + " --out x.npy", "from 1 to 5000 pixels"},
		{"corrupt-set fog --data " + data + " --out nowhere/x.npy", "no folder"},
		{"corrupt-set --out " + out, "a corruption"},
		{"corrupt-set fogg --out " + out, "fog"},
		{"corrupt-set --suite imagenet --out " + dir, "imagenet-c-extra"},
		{"corrupt-set fog snow --data " + data + " --out " + out, "folder"},
		{"corrupt-set fog --data " + data + " --out " + picture + "/", "that is a file"},
		{"corrupt-set fog snow --data " + data + " --labels-out y.npy --out " + dir, "labels.npy"},
		{"predict", "requires at least 1 arg"},
		{"predict --top 0 " + picture, "--top"},
		{"eval --data nothing-of-this-name --model " + model, "nothing-of-this-name"},
		{"eval --data " + data + " --model nothing", "built-in"},
		{"eval --data " + data + " --model " + model + " --severity 3", "--corruption"},
		{"eval --data " + data + " --model " + model + " --seed 3", "--corruption"},
		{"eval --data " + data + " --model " + model + " --corruption fogg", "fog"},
		{"eval --data " + data + " --model " + model + " --backend webgpu --threads -1", "0 for all"},
		{"eval --data " + data + " --model " + model + " --engine abacus", "valid: cpu, webgpu, auto"},
		{"eval --data " + data + " --model " + model + " --mean 1,2,3", "1 channels"},
		{"eval --data " + data + " --model " + model + " --std 0", "want a number from 1e-06"},
		{"eval --data " + data + " --model " + model + " --preset imagnet", "valid: none, imagenet"},
		{"inspect", "requires at least 1 arg"},
		{"inspect nothing", "built-in"},
		{"eval --data " + data + " --model " + model + " --limit -1", "--limit"},
		{"attack pgd --data " + data + " --model " + model + " --backend reference", "no gradients"},
		{"attack", "an attack"},
		{"attack pgd bim", "too many"},
		{"attack pdg --data " + data + " --model " + model, "pgd"},
		{"attack pgd --eps 8 --data " + data + " --model " + model, "8/255"},
		{"attack pgd --eps 8/0 --data " + data + " --model " + model, "8/255"},
		{"attack pgd --eps=-1/255 --data " + data + " --model " + model, "a number from 0"},
		{"attack pgd --norm l7 --data " + data + " --model " + model, "linf, l2, l1"},
		{"attack pgd --steps 0 --data " + data + " --model " + model, "steps"},
		{"attack pgd --step-size -1 --data " + data + " --model " + model, "--step-size"},
		{"attack fgsm --steps 3 --data " + data + " --model " + model, "one step"},
		{"attack fgsm --momentum 1 --data " + data + " --model " + model, "not an option of fgsm; valid: eps"},
		{"attack spatial --norm l2 --data " + data + " --model " + model, "not measured"},
		{"attack autoattack --fast --plus --data " + data + " --model " + model, "choose one"},
		{"attack apgd-t --target next --data " + data + " --model " + model, "several classes"},
		{"attack square --queries 0 --data " + data + " --model " + model, "queries is 0"},
		{"attack pgd --norm l1 --eps 65 --data " + data + " --model " + model, "64 in l1"},
		{"attack pgd{eps=4/255 --data " + data + " --model " + model, "no } at its end"},
		{"attack pgd{epz=4/255} --data " + data + " --model " + model, "no option \"epz\"; valid: eps"},
		{"attack pgd{steps=0} --data " + data + " --model " + model, "pgd: steps is 0: want a whole number from 1 to 1000000"},
		{"attack fgsm{steps=1} --data " + data + " --model " + model, "no option \"steps\""},
		{"attack --check pgd --data " + data + " --model " + model, "leave pgd out"},
		{"attack --check --eps 0.1 --data " + data + " --model " + model, "leave --eps out"},
		{"attack --check --fast --seed 3 --data " + data + " --model " + model, "leave --fast out"},
		{"attack --check --out " + out + " --data " + data + " --model " + model, "leave --out out"},
		{"attack pgd --target 9 --data " + data + " --model " + model, "0 to 1"},
		{"attack pgd --target cat --data " + data + " --model " + model, "least-likely"},
		{"papers independence --corruptions=", "--corruptions is empty: give it a value, or leave it out"},
		{"eval --data= --model " + model, "--data is empty"},
		{"papers build --draw-seed=-1 --out x.yaml", "want a whole number, 0 or more"},
		{"serve extra", "extra"},
		{"serve --dir " + dir, "index.html"},
		{"train nonsense --data " + data + " --epochs 1 --out " + filepath.Join(dir, "m.onnx"), "standard"},
		{"train standard --data " + data + " --epochs 0 --out " + filepath.Join(dir, "m.onnx"), "--epochs"},
		{"train standard --data " + data + " --epochs 1", "--out"},
	} {
		stdout, stderr, code := steady(strings.Fields(c.args)...)
		if code != exitUsage || !strings.Contains(stderr, c.says) || stdout != "" {
			t.Errorf("steady %s: exit code %d, want %d; stderr %q should tell of %q; stdout %q",
				c.args, code, exitUsage, stderr, c.says, stdout)
		}
		if !strings.Contains(stderr, "--help") {
			t.Errorf("steady %s: stderr does not tell of --help: %q", c.args, stderr)
		}
	}
	onlyFiles(t, dir, "in.png")
}

// What is no fault of the command line exits with 1.
func TestFailure(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.onnx")
	if err := os.WriteFile(broken, []byte("not a network"), 0o644); err != nil {
		t.Fatal(err)
	}
	data, color := writeSet(t, 4), writeModel(t, 3)
	for _, args := range [][]string{
		{"eval", "--data", data, "--model", broken},
		{"eval", "--data", data, "--model", filepath.Join(dir, "missing.onnx")},
		{"predict", "--model", color, broken},
		{"inspect", broken},
		{"corrupt", "fog", broken, filepath.Join(dir, "x.png")},
	} {
		stdout, stderr, code := steady(args...)
		if code != exitFailure || !strings.HasPrefix(stderr, "steady: ") || stdout != "" {
			t.Errorf("steady %v: exit code %d, stderr %q, stdout %q", args, code, stderr, stdout)
		}
	}
	onlyFiles(t, dir, "broken.onnx")
	for _, args := range [][]string{{"list", "corruptions"}, {"list", "corruptions", "--json"}, {"version"}, {"--help"},
		{"eval", "--help"}, {"completion", "bash"}} {
		var stderr bytes.Buffer
		if code := run(context.Background(), args, fullDisk{}, &stderr); code != exitFailure || !strings.Contains(stderr.String(), "disk") {
			t.Errorf("steady %v to a full disk: exit code %d, stderr %q", args, code, &stderr)
		}
	}
}

// Names from files control neither a terminal nor what a reader takes for a line of the command's own.
func TestNamesFromFiles(t *testing.T) {
	const name = "\x1b[31mred\nsteady: \u202eok"
	b := readFile(t, writeModel(t, 3))
	n, err := onnx.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	n.Labels = []string{name, "below"}
	if b, err = onnx.Write(n); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	model, picture, broken := filepath.Join(dir, "m.onnx"), filepath.Join(dir, "in.png"), filepath.Join(dir, "broken.onnx")
	writeBytes(t, model, b)
	writeBytes(t, broken, bytes.ReplaceAll(b, []byte("Softmax"), []byte("Sof\x1b\nax")))
	writePNG(t, picture, side, side)
	data, labels := writeSet(t, 4), filepath.Join(dir, "labels.txt")
	writeBytes(t, labels, []byte("a\x1b\nb\u009b"))
	set := filepath.Join(dir, "set")
	for _, class := range []string{"a\x1b[31m", "b\nsteady: ok"} {
		if err := os.MkdirAll(filepath.Join(set, class), 0o755); err != nil {
			t.Skip(err)
		}
		writePNG(t, filepath.Join(set, class, "x\x1b.png"), 9, 9)
	}
	ice := filepath.Join(dir, "ice")
	if err := os.Mkdir(ice, 0o755); err != nil {
		t.Fatal(err)
	}
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 64, 64)), nil); err != nil {
		t.Fatal(err)
	}
	writeBytes(t, filepath.Join(ice, "frost\x1b1.jpg"), photo.Bytes()[:photo.Len()-2]) // without the end marker, which is said
	for _, args := range [][]string{
		{"predict", "--model", model, picture},
		{"predict", "--model", model, "--labels", labels, picture},
		{"predict", "--model", model, filepath.Join(set, "a\x1b[31m", "x\x1b.png")},
		{"inspect", model}, {"inspect", broken}, {"predict", "--model", broken, picture},
		{"eval", "--model", model, "--data", data, "--per-class"},
		{"eval", "--model", model, "--data", set}, {"eval", "--model", model, "--data", set, "--size", "8"},
		{"attack", "fgsm", "--model", model, "--data", data, "--target", "nothing"},
		{"attack", "fgsm", "--model", model, "--data", data, "--target", name},
		{"corrupt", "frost", "--frost-overlays", ice, picture, filepath.Join(dir, "frosty.png")},
		{"corrupt", "fog", filepath.Join(set, "b\nsteady: ok", "x\x1b.png"), filepath.Join(dir, "o\x1b.png")},
	} {
		stdout, stderr, _ := steady(args...)
		if text := stdout + stderr; strings.ContainsAny(text, "\x1b\u202e\u009b") || strings.Contains(text, "\nsteady: ok") ||
			strings.Contains(text, "\nsteady: \u202eok") {
			t.Errorf("steady %q: %q", args, text)
		}
	}
	if out := must(t, "predict", "--model", model, picture); !strings.Contains(out, `\x1b[31mred\nsteady: \u202eok`) {
		t.Errorf("predict: %q", out)
	}
	top := result(t, "predict", "--model", model, picture)["pictures"].([]any)[0].(map[string]any)["top"].([]any)
	if label := top[0].(map[string]any)["label"]; label != name {
		t.Errorf("in JSON the name is %q", label)
	}
}

// fullDisk takes no byte.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestHelp(t *testing.T) {
	for _, c := range []string{"list", "inspect", "corrupt", "corrupt-set", "predict", "eval", "attack", "train", "serve"} {
		out := must(t, c, "--help")
		if !strings.Contains(out, "Examples:\n  steady "+c) {
			t.Errorf("steady %s --help has no example: %s", c, out)
		}
	}
}

func TestList(t *testing.T) {
	for list, has := range map[string]string{"corruptions": "gaussian_noise", "attacks": "pgd", "recipes": "standard", "presets": "imagenet"} {
		if out := must(t, "list", list); !strings.Contains(out, has) {
			t.Errorf("list %s lacks %s: %s", list, has, out)
		}
		entries, ok := result(t, "list", list)[list].([]any)
		if !ok || len(entries) == 0 {
			t.Fatalf("list %s --json has no %q", list, list)
		}
		names := map[any]bool{}
		for _, e := range entries {
			names[e.(map[string]any)["name"]] = true
		}
		if !names[has] {
			t.Errorf("list %s --json lacks %s: %v", list, has, names)
		}
	}
	if _, ok := result(t, "list", "models")["models"].([]any); !ok {
		t.Error("list models --json has no models")
	}
}
