package output

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestExports(t *testing.T) {
	dir := t.TempDir()
	text, folder := filepath.Join(dir, "a.txt"), filepath.Join(dir, "new")
	write := func(result string, args ...string) error {
		exports := Exports[string]{
			{Flag: "text", Extension: ".txt", Write: func(s string, w io.Writer) error { _, err := io.WriteString(w, s); return err }},
			{Flag: "folder", Folder: func(s string) (map[string]any, error) {
				if s == "none" {
					return nil, errors.New("nothing to write")
				}
				return map[string]any{"b/x.json": s, "y.json": 3, "z.svg": []byte("<svg/>")}, nil
			}},
			{Flag: "other", Extension: ".txt", Write: func(string, io.Writer) error { t.Error("not asked for"); return nil }},
		}
		var plan Plan
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		exports.AddFlags(flags, &plan)
		if err := flags.Parse(args); err != nil {
			t.Fatal(err)
		}
		exports.Plan(&plan)
		if err := plan.Check(); err != nil {
			return err
		}
		return exports.Write(result)
	}
	both := []string{"--text", text, "--folder", folder}
	if err := write("none", both...); err == nil {
		t.Error("no error")
	}
	if files, _ := os.ReadDir(dir); len(files) > 0 {
		t.Errorf("left are %v", files)
	}
	if err := write("one", both...); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{text: "one", filepath.Join(folder, "b", "x.json"): "\"one\"\n", filepath.Join(folder, "y.json"): "3\n", filepath.Join(folder, "z.svg"): "<svg/>"} {
		if b, err := os.ReadFile(path); err != nil || string(b) != want {
			t.Errorf("%s: %q, %v", path, b, err)
		}
	}
	if err := write("two", both...); err == nil || !strings.Contains(err.Error(), "a.txt exists: --force replaces it") {
		t.Error(err)
	}
	if err := write("two", "--folder", folder); err == nil || !strings.Contains(err.Error(), "x.json exists: --force replaces it") {
		t.Error(err)
	}
	if err := write("two", append(both, "--force")...); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(filepath.Join(folder, "b", "x.json")); err != nil || string(b) != "\"two\"\n" {
		t.Errorf("%q, %v", b, err)
	}
}
