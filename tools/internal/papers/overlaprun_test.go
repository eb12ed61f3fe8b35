package papers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"steady/core/random"
	"steady/tools/internal/console"
	"steady/tools/internal/model"
	"steady/tools/internal/progress"
)

// images writes images of two classes as NumPy arrays, and returns them as DATA.
func images(t *testing.T, n int, seed uint64) string {
	t.Helper()
	dir := t.TempDir()
	const side = 16
	source := random.New(seed, 0, "test", 0)
	pixels, labels := make([]byte, n*side*side*3), make([]byte, n)
	for i := range n {
		labels[i] = byte(i % 2)
		for k := range side * side * 3 {
			pixels[i*side*side*3+k] = byte(60 + source.IntN(60) + 80*(k/(side*3)/8*i%2))
		}
	}
	file := func(name, shape string, b []byte) string {
		header := fmt.Sprintf("{'descr': '|u1', 'fortran_order': False, 'shape': (%s), }", shape)
		header += strings.Repeat(" ", 64-(10+len(header)+1)%64) + "\n"
		path := filepath.Join(dir, name)
		text := append([]byte("\x93NUMPY\x01\x00"+string([]byte{byte(len(header)), byte(len(header) >> 8)})+header), b...)
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return file("images.npy", fmt.Sprintf("%d, %d, %d, 3", n, side, side), pixels) + "," + file("labels.npy", fmt.Sprintf("%d,", n), labels)
}

// A run makes networks, results and pictures; it is done once, goes on with more, and is refused with other options.
func TestOverlapRun(t *testing.T) {
	out := filepath.Join(t.TempDir(), "overlap")
	data, test := images(t, 40, 1), images(t, 30, 2)
	common := []string{"overlap", "--data", data, "--test", test, "--seeds", "1", "--images", "20", "--resamples", "100", "--least-gain", "1e-6"}
	args := func(corruptions string, more ...string) []string {
		return append([]string{"overlap", "--data", data, "--test", test, "--out", out, "--seeds", "1", "--images", "20", "--corruptions", corruptions,
			"--training", "epochs=2,batch=10", "--fine-tuning", "epochs=1,batch=10,learning-rate=0.05", "--resamples", "100", "--least-gain", "1e-6"}, more...)
	}
	stdout, stderr, err := run(t, args("fog,contrast")...)
	if err != nil {
		t.Fatalf("%s%v", stderr, err)
	}
	if !strings.Contains(stdout, "of 2 corruptions by accuracy: 3 networks (1 seed), 20 images") {
		t.Errorf("%s", stdout)
	}
	times := map[string]os.FileInfo{}
	for _, name := range []string{"networks/base-s0.onnx", "networks/standard-s0.onnx", "networks/fog-s0.onnx", "networks/contrast-s0.json", "settings.json", "measured.db",
		"results.json", "overlap-accuracy.svg", "overlap-ratio.svg", "overlap.csv", "overlap.json"} {
		info, err := os.Stat(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		times[name] = info
	}
	if _, err := os.Stat(filepath.Join(out, ".lock")); err == nil {
		t.Error("the lock is left")
	}
	made, err := Read([]string{filepath.Join(out, "results.json")}, t.Logf)
	if err != nil || len(made.Networks) != 3 || len(made.Cells) != 3 || made.Protocol["training"] != fineTuned ||
		made.Protocol["options of fine-tuning"] != "epochs=1,batch=10,learning-rate=0.05" || made.Networks[0].Card.InitFrom == "" {
		t.Fatalf("%+v, %v", made, err)
	}
	// The file alone, and the store alone, have the same figures.
	for _, from := range []string{"results.json", "measured.db"} {
		again, _, err := run(t, "overlap", filepath.Join(out, from), "--resamples", "100", "--least-gain", "1e-6")
		if err != nil || again != stdout {
			t.Errorf("from %s: %v\n%s\nis not\n%s", from, err, again, stdout)
		}
	}
	if _, stderr, err := run(t, args("fog,contrast,snow")...); err != nil || strings.Contains(stderr, "fog-s0") || !strings.Contains(stderr, "snow-s0 trained") {
		t.Errorf("%s%v", stderr, err)
	}
	for name, before := range times {
		if after, err := os.Stat(filepath.Join(out, name)); err != nil || strings.HasPrefix(name, "networks/") && after.ModTime() != before.ModTime() {
			t.Errorf("%s was written again (%v)", name, err)
		}
	}
	for _, c := range []struct{ flag, value, want string }{
		{"--images", "10", "begun with images 20, not 10"},
		{"--fine-tuning", "epochs=2,batch=10,learning-rate=0.05", "begun with fine_tuning.epochs 1, not 2"},
		{"--severity", "3", "begun with severity range, not 3"},
		{"--limit", "30", "begun with train_images 40, not 30"},
		{"--only-seeds", "1", "--seeds 1 has no seed 1: want 0 to 0"},
	} {
		more := []string{c.flag}
		if c.value != "" {
			more = append(more, c.value)
		}
		if _, _, err := run(t, args("fog,contrast", more...)...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %q", c.flag, c.value, err, c.want)
		}
	}
	// Another machine trains another seed, and both are read together, as is all in one folder.
	other := filepath.Join(t.TempDir(), "other")
	stdout, stderr, err = run(t, args("fog,contrast", "--out", other, "--seeds", "2", "--only-seeds", "1")...)
	if err != nil || !strings.Contains(stdout, "3 networks (1 seed)") || strings.Contains(stderr, "s0 trained") || !strings.Contains(stderr, "fog-s1 trained") {
		t.Errorf("%s%s%v", stdout, stderr, err)
	}
	both, _, err := run(t, "overlap", filepath.Join(out, "results.json"), filepath.Join(other, "results.json"), "--corruptions", "fog,contrast", "--resamples", "100", "--least-gain", "1e-6")
	if err != nil || !strings.Contains(both, "6 networks (2 seeds)") {
		t.Errorf("%s%v", both, err)
	}
	if stdout, stderr, err = run(t, args("fog,contrast", "--seeds", "2", "--out", other)...); err != nil || stdout != both || strings.Contains(stderr, "s1 trained") {
		t.Errorf("%s%sinstead of\n%s%v", stdout, stderr, both, err)
	}
	// Continued from a network of the user's.
	own := filepath.Join(t.TempDir(), "own")
	base := filepath.Join(out, "networks", "base-s0.onnx")
	stdout, stderr, err = run(t, append(common, "--corruptions", "fog,contrast", "--fine-tuning", "epochs=1,batch=10", "--out", own, "--model", base)...)
	if err != nil || !strings.Contains(stdout, "3 networks") || strings.Contains(stderr, "base-s0 trained") {
		t.Errorf("%s%s%v", stdout, stderr, err)
	}
	if _, _, err := run(t, append(common, "--corruptions", "fog,contrast", "--training", "epochs=2,batch=10", "--out", out, "--from-scratch")...); err == nil ||
		!strings.Contains(err.Error(), "begun with ") {
		t.Errorf("--from-scratch: %v", err)
	}
}

// A folder of image files, which says nothing of their size, and options that cannot be, after which the folder takes others.
func TestOverlapRunFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "images")
	for i := range 12 {
		m := image.NewNRGBA(image.Rect(0, 0, 16, 16))
		for k := range m.Pix {
			if m.Pix[k] = 255; k%4 < 3 {
				m.Pix[k] = byte(40 + 13*(k%7) + 90*(i%2) + i)
			}
		}
		for _, split := range []string{"train", "test"} {
			path := filepath.Join(folder, split, fmt.Sprint("class", i%2), fmt.Sprint(i, ".png"))
			var b bytes.Buffer
			if err := errors.Join(png.Encode(&b, m), os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, b.Bytes(), 0o666)); err != nil {
				t.Fatal(err)
			}
		}
	}
	dir := t.TempDir()
	args := func(more ...string) []string {
		return append([]string{"overlap", "--data", folder, "--seeds", "1", "--corruptions", "fog,contrast", "--resamples", "100", "--least-gain", "1e-6"}, more...)
	}
	first := filepath.Join(dir, "first")
	if _, _, err := run(t, args("--out", first)...); err == nil || !strings.Contains(err.Error(), "batch is 128: want at most the 12 images") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(first); err == nil {
		t.Error("a run that has failed at once leaves its folder")
	}
	if _, stderr, err := run(t, args("--out", first, "--training", "epochs=1,batch=4", "--fine-tuning", "epochs=1,batch=4")...); err != nil {
		t.Fatalf("%s%v", stderr, err)
	}
	own := filepath.Join(dir, "own")
	if stdout, stderr, err := run(t, args("--out", own, "--model", filepath.Join(first, "networks", "base-s0.onnx"), "--fine-tuning", "epochs=1,batch=4")...); err != nil ||
		!strings.Contains(stdout, "3 networks") {
		t.Errorf("%s%s%v", stdout, stderr, err)
	}
}

func TestOverlapRunRefuses(t *testing.T) {
	data, dir := images(t, 20, 1), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "settings.json"), []byte("{}"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, want string }{
		{"--data " + data + " --out " + filepath.Join(dir, "x"), "has no test images of its own"},
		{"--data " + data + " --test " + data + " --out " + dir, "is not of this command"},
		{"--data none --out " + filepath.Join(dir, "x"), "there is no none"},
		{"--data " + data + " --test " + data + " --model none.onnx --out " + filepath.Join(dir, "x"), "there is no such file"},
		{"--data " + data + " --test " + data + " --out " + filepath.Join(dir, "settings.json"), "that is a file"},
	} {
		if _, _, err := run(t, append([]string{"overlap"}, strings.Fields(c.args)...)...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.args, err, c.want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "x")); err == nil {
		t.Error("a refused command has made a folder")
	}
}

// A run that is interrupted goes on to the same results.
func TestOverlapResumes(t *testing.T) {
	data, test, dir := images(t, 40, 1), images(t, 20, 2), t.TempDir()
	args := func(out string) []string {
		return []string{"overlap", "--data", data, "--test", test, "--out", filepath.Join(dir, out), "--seeds", "1", "--corruptions", "fog,contrast",
			"--training", "epochs=2,batch=10", "--from-scratch", "--resamples", "100", "--least-gain", "1e-6"}
	}
	if _, stderr, err := run(t, args("whole")...); err != nil {
		t.Fatalf("%s%v", stderr, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	e := Env{Messages: console.NewWriter(&stopper{"fog-s0 trained", cancel}), Print: func(any, func(io.Writer)) error { t.Error("not stopped"); return nil },
		AddInput: func(*cobra.Command, *model.Options) {},
		AddBackend: func(*cobra.Command) func() model.Backend {
			return func() model.Backend { return model.Backend{Name: "cpu"} }
		}}
	c := &cobra.Command{Use: "papers", SilenceErrors: true, SilenceUsage: true}
	c.AddCommand(Commands(e)...)
	c.SetArgs(args("part"))
	err := c.ExecuteContext(ctx)
	if stop := (progress.Stopped{}); !errors.As(err, &stop) || !strings.Contains(err.Error(), "stopped with 2 of 3 networks trained") {
		t.Fatalf("%v", err)
	}
	if _, stderr, err := run(t, args("part")...); err != nil || strings.Contains(stderr, "fog-s0 trained") {
		t.Fatalf("%s%v", stderr, err)
	}
	// Cards have times; what is computed is the same.
	a, errA := Read([]string{filepath.Join(dir, "whole", "results.json")}, t.Logf)
	b, errB := Read([]string{filepath.Join(dir, "part", "results.json")}, t.Logf)
	if errA != nil || errB != nil || len(a.Networks) != 3 || len(b.Networks) != 3 {
		t.Fatal(errA, errB)
	}
	for i := range a.Networks {
		if a.Networks[i].SHA256 != b.Networks[i].SHA256 {
			t.Errorf("%s differs", a.Networks[i].Name)
		}
	}
}

// stopper cancels when a text is written.
type stopper struct {
	text   string
	cancel func()
}

func (s *stopper) Write(b []byte) (int, error) {
	if strings.Contains(string(b), s.text) {
		s.cancel()
	}
	return len(b), nil
}
