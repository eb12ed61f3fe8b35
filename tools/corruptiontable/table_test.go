package main

import (
	"errors"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"steady/core/corrupt"
	"steady/core/corrupt/fidelity"
	"steady/core/img"
	"steady/tools/corruptiontable/stopwatch"
)

const photos = "../../web/static/photos"

func TestOptions(t *testing.T) {
	good := options{draws: 8, rounds: 1}
	if err := good.check(nil); err != nil {
		t.Error(err)
	}
	if err := good.check([]string{"fog"}); err == nil {
		t.Error("an argument was taken")
	}
	for _, o := range []options{{draws: 7, rounds: 1}, {draws: 8}} {
		if o.check(nil) == nil {
			t.Errorf("%+v was taken", o)
		}
	}
}

func TestInputs(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "inputs")
	if err := (options{photos: photos, inputs: folder}).writeInputs(); err != nil {
		t.Fatal(err)
	}
	reference, err := fidelity.Open(os.DirFS(photos))
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(folder, "coffee-32.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if d := img.Linf(img.FromImage(m), reference.Input("coffee", 32)); d != 0 {
		t.Errorf("the file differs from what is compared by %g", d)
	}
}

func TestNear(t *testing.T) {
	reference, err := fidelity.Open(os.DirFS(photos))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"contrast": "the same bytes", "saturate": " dB at 224 px", "gaussian_noise": "levels apart",
		"laugros/contrast": "for the same amount the same bytes; drawn: z ≤ ", "laugros/circle": "levels apart"} {
		c, err := corrupt.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		n, err := near(reference, c, 8)
		if err != nil || !strings.Contains(n.String(), want) {
			t.Errorf("%s: %v, %v, want %q", name, n, err, want)
		}
	}
	if n, err := near(reference, &corrupt.Corruption{Name: "none"}, 8); n != nil || err != nil {
		t.Errorf("what was not recorded: %v, %v", n, err)
	}
}

func TestPage(t *testing.T) {
	p := &page{
		Corruptions: corrupt.All(), NoChromium: "there is none", NoPython: "no snake",
		Near:   []*nearness{{Name: "fog", Z: 2.5, Compared: 1000, Again: 3}, {Name: "frost", Differs: true, Z: 99, Compared: 160}},
		Speeds: []speed{{Name: "fog", Apply: 1, Native: 2}},
	}
	contains := func(parts ...string) {
		t.Helper()
		text, err := p.render()
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range parts {
			if !strings.Contains(string(text), part) {
				t.Errorf("there is no %q", part)
			}
		}
	}
	contains("was not timed: there is none.", "was not timed: no snake.", "| `fog` | 1.00 | 2.00 |\n", "|---|---:|---:|\n",
		"1000 comparisons in all, 3 of which", "about 3 exceed", "counts is 2.50", "not the reference's")
	for _, c := range corrupt.All() {
		contains("| `" + c.Name + "` | " + string(c.Suite) + " | " + c.Family + " | " + c.Summary)
	}
	p.Chromium, p.Python = "Chromium 1", "Python 3"
	p.Speeds = []speed{{Name: "fog", Apply: 1, Native: 2, Chromium: 30, Reference: 400}, {Name: "snow", Native: 2, Reference: 100}, {Name: "rain", Native: 1}}
	contains("| `fog` | 1.00 | 2.00 | 30.0 | 400 | 200.0 |\n", "| `rain` | – | 1.00 | – | – | – |\n", "of the 2 ratios is 100.0.")
}

func TestPythonMissing(t *testing.T) {
	if _, err := stopwatch.StartPython(filepath.Join(t.TempDir(), "none"), ".", nil, 0, t.TempDir()); err == nil {
		t.Error("an interpreter that is not there was started")
	}
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("there is no python3 here")
	}
	if _, err := stopwatch.StartPython("python3", t.TempDir(), []byte{1}, 2, t.TempDir()); err == nil || !strings.Contains(err.Error(), "does not run imagecorruptions") {
		t.Errorf("an empty folder and an image of a byte: %v", err)
	}
}

func TestChromium(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds for WebAssembly")
	}
	c, err := startChromium(make([]byte, 4*32*32), 32, t.TempDir())
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	defer c.stop()
	if ms, err := c.measure("fog", 3, time.Millisecond); err != nil || ms <= 0 {
		t.Errorf("fog: %g ms, %v", ms, err)
	}
	if _, err := c.measure("frog", 3, time.Millisecond); err == nil {
		t.Error("an unknown corruption was timed")
	}
}
