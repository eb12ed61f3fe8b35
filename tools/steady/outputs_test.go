package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// All commands that write treat a file that exists alike, and none replaces what it reads.
func TestExistingOutputs(t *testing.T) {
	data, model, dir := writeSet(t, 4), writeModel(t, 1), t.TempDir()
	pixels, _, _ := strings.Cut(data, ",")
	images, picture := filepath.Join(dir, "images.npy"), filepath.Join(dir, "in.png")
	writePNG(t, picture, 8, 8)
	must(t, "corrupt-set", "fog", "--data", data, "--out", images, "--labels-out", filepath.Join(dir, "labels.npy"))
	pair := images + "," + filepath.Join(dir, "labels.npy")
	if err := os.Link(pixels, filepath.Join(dir, "idx.npy")); err != nil {
		t.Skip(err)
	}
	for _, c := range []struct {
		command string
		out     string // the file that it writes
		input   string // what it reads, and must not write
	}{
		{"corrupt fog " + picture + " OUT", "out.png", ""},
		{"corrupt --sheet " + picture + " OUT", "sheet.png", picture},
		{"corrupt-set fog --data " + pair + " --out OUT", "x.npy", images},
		{"corrupt-set fog --data " + data + " --out OUT", "x2.npy", filepath.Join(dir, "idx.npy")},
		{"corrupt-set fog --data " + data + " --out NEW --labels-out OUT", "y.npy", filepath.Join(dir, "idx.npy")},
		{"attack fgsm --data " + pair + " --model " + writeModel(t, 3) + " --out OUT", "adversarial.npy", images},
		{"eval --data " + data + " --model " + model + " --predictions OUT", "p.csv", ""},
		{"train standard --batch 2 --shift 1 --epochs 1 --data " + data + " --out OUT", "m.onnx", ""},
	} {
		args := func(out string, more ...string) []string {
			command := strings.NewReplacer("OUT", out, "NEW", filepath.Join(t.TempDir(), "new.npy")).Replace(c.command)
			return append(strings.Fields(command), more...)
		}
		out := filepath.Join(dir, c.out)
		writeBytes(t, out, []byte("mine"))
		_, stderr, code := steady(args(out)...)
		if code != exitUsage || !strings.HasPrefix(stderr, "steady: "+out+" exists: --force replaces it\n") {
			t.Errorf("%s: exit code %d, %q", c.command, code, stderr)
		}
		if string(readFile(t, out)) != "mine" {
			t.Errorf("%s: %s is not what it was", c.command, out)
		}
		must(t, args(out, "--force")...)
		if string(readFile(t, out)) == "mine" {
			t.Errorf("%s: --force does not replace %s", c.command, out)
		}
		if c.input == "" {
			continue
		}
		before := readFile(t, c.input)
		_, stderr, code = steady(args(c.input, "--force")...)
		if code != exitUsage || !strings.Contains(stderr, "that is the same file as") || !bytes.Equal(readFile(t, c.input), before) {
			t.Errorf("%s: to what it reads: exit code %d, %q", c.command, code, stderr)
		}
	}
	out := filepath.Join(dir, "both.npy")
	_, stderr, code := steady("corrupt-set", "fog", "--data", data, "--out", out, "--labels-out", out)
	if code != exitUsage || !strings.Contains(stderr, "--labels-out "+out+": that is the same file as "+out) {
		t.Errorf("--out and --labels-out are one: exit code %d, %q", code, stderr)
	}
}

// A model card that would be replaced is refused too, and a run that is resumed replaces nothing of its own.
func TestTrainOutputs(t *testing.T) {
	data, dir := writeSet(t, 16), t.TempDir()
	args := func(more ...string) []string {
		return append([]string{"train", "standard", "--epochs", "2", "--batch", "4", "--shift", "1", "--data", data,
			"--out", filepath.Join(dir, "m.onnx")}, more...)
	}
	writeBytes(t, filepath.Join(dir, "m.json"), []byte("mine"))
	if _, stderr, code := steady(args()...); code != exitUsage || !strings.Contains(stderr, "m.json exists: --force replaces it") {
		t.Errorf("exit code %d, %q", code, stderr)
	}
	var stdout, stderr bytes.Buffer
	checkpoint := filepath.Join(dir, "m.checkpoint")
	if code := run(stopWhen{context.Background(), checkpoint}, args("--force"), &stdout, &stderr); code != exitFailure {
		t.Fatalf("exit code %d, %s", code, &stderr)
	}
	if _, stderr, code := steady(args()...); code != exitUsage || !strings.Contains(stderr, "--resume continues it, --force replaces it") {
		t.Errorf("exit code %d, %q", code, stderr)
	}
	must(t, args("--resume")...) // though there is still the old m.json
	onlyFiles(t, dir, "m.json", "m.onnx")
	if _, stderr, code := steady(args("--resume")...); code != exitUsage || !strings.Contains(stderr, "m.onnx exists: --force replaces it") {
		t.Errorf("a finished run is resumed: exit code %d, %q", code, stderr)
	}
	must(t, args("--force")...)
}
