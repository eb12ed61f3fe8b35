package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Wherever a number stands, frost of our own ice is told from that of a user's photographs.
func TestFrost(t *testing.T) {
	data, model := writeSet(t, 4), writeModel(t, 1)
	dir, ice := t.TempDir(), t.TempDir()
	picture := filepath.Join(dir, "in.png")
	writePNG(t, picture, 32, 32)
	for i := range 6 {
		writePNG(t, filepath.Join(ice, fmt.Sprintf("frost%d.png", i+1)), 300, 260)
	}
	if err := os.WriteFile(filepath.Join(ice, "readme.txt"), []byte("no picture"), 0o644); err != nil {
		t.Fatal(err)
	}
	for label, flags := range map[string][]string{"frost (procedural)": nil, "frost": {"--frost-overlays", ice}} {
		for _, args := range [][]string{
			{"corrupt", "frost", "--force", picture, filepath.Join(dir, "out.png")},
			{"corrupt-set", "frost", "--force", "--data", data, "--out", filepath.Join(dir, "x.npy")},
			{"eval", "--data", data, "--model", model, "--corruption", "frost"},
		} {
			args = append(args, flags...)
			out := result(t, args...)
			if files, ok := out["files"].([]any); ok {
				out = files[0].(map[string]any)
			}
			if out["corruption"] != "frost" || out["label"] != label {
				t.Errorf("steady %v: %v %v, want %s", args, out["corruption"], out["label"], label)
			}
			if out := must(t, args...); args[0] != "corrupt" && !strings.Contains(out, label+", severity 3") {
				t.Errorf("steady %v: %q, want %s", args, out, label)
			}
		}
	}
	must(t, "corrupt", "--sheet", "--frost-overlays", ice, picture, filepath.Join(dir, "sheet.png"))

	// A folder of a run with the one is not gone on with by a run with the other.
	set := []string{"corrupt-set", "frost", "fog", "--data", data, "--out", filepath.Join(dir, "set") + "/"}
	must(t, set...)
	_, stderr, code := steady(append(set, "--frost-overlays", ice)...)
	if code != exitUsage || !strings.Contains(stderr, "another run") {
		t.Errorf("overlays in a folder made without: exit code %d: %s", code, stderr)
	}
}

func TestFrostRefused(t *testing.T) {
	dir, small, broken := t.TempDir(), t.TempDir(), t.TempDir()
	picture := filepath.Join(dir, "in.png")
	writePNG(t, picture, 100, 80)
	writePNG(t, filepath.Join(small, "frost1.png"), 99, 300)
	if err := os.WriteFile(filepath.Join(broken, "frost1.png"), []byte("no picture"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, folder, says string
		code               int
	}{
		{"frost", filepath.Join(dir, "missing"), "no such folder", exitUsage},
		{"frost", dir, "no images frost1.png", exitUsage},
		{"fog", small, "is for frost, which is not asked for", exitUsage},
		{"frost", broken, "frost1.png", exitFailure},
		{"frost", small, "with 99×300 pixels for the imagenet profile it cannot cover an image of 100×80", exitFailure},
		{"--sheet", dir, "no images frost1.png", exitUsage},
	} {
		_, stderr, code := steady("corrupt", c.name, "--frost-overlays", c.folder, picture, filepath.Join(dir, "out.png"))
		if code != c.code || !strings.Contains(stderr, c.says) {
			t.Errorf("%s with %s: exit code %d, want %d; %q, want %q", c.name, c.folder, code, c.code, stderr, c.says)
		}
	}
	if _, stderr, code := steady("eval", "--frost-overlays", small); code != exitUsage || !strings.Contains(stderr, "--corruption") {
		t.Errorf("overlays without a corruption: exit code %d: %q", code, stderr)
	}
	onlyFiles(t, dir, "in.png")
}
