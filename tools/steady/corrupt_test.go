package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"steady/core/corrupt"
	"steady/tools/internal/picture"
)

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
	m, err := picture.Read(filepath.Join(dir, "sheet.png"), 0, t.Errorf)
	if err != nil {
		t.Fatal(err)
	}
	cells := len(corrupt.All()) + 1
	rows := (cells + 8 - 1) / 8
	if sheet["corruptions"] != float64(cells-1) || m.H < rows*224 || m.W < 8*224 {
		t.Errorf("a sheet of %d×%d says %v: want room for %d pictures", m.W, m.H, sheet, cells)
	}
	ranged := result(t, "corrupt", "--sheet", "--severity", "range", one, filepath.Join(dir, "range.png"))
	if ranged["corruptions"] != float64(cells-1) || ranged["severity"] != "range" {
		t.Errorf("a sheet of drawn severities says %v", ranged)
	}
	onlyFiles(t, dir, "a.png", "all", "b.png", "c.jpg", "d.png", "one.png", "range.png", "sheet.png", "two.png")
	onlyFiles(t, filepath.Join(dir, "all"), "one.png", "two.png")
}
