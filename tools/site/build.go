package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"steady/core/evaluator"
	"steady/core/session"
)

// site is a page to build.
type site struct {
	out    string // the folder that is built
	models string // the folder of the networks that come with it
	parts  string // where the parts are put together

	plain bool     // without compressed files
	later []string // files that a browser keeps only once they have been used
}

func (s *site) build() error {
	fmt.Printf("Building the page: %s\n", s.out)
	s.out = filepath.Clean(s.out)
	if err := s.checkOut(); err != nil {
		return err
	}
	s.parts = s.out + ".new"
	if err := os.RemoveAll(s.parts); err != nil {
		return err
	}
	if err := os.MkdirAll(s.parts, 0o777); err != nil {
		return err
	}
	compress := s.compress
	if s.plain {
		compress = func() error { return nil }
	}
	for _, step := range []func() error{s.compileAll, s.describe, s.copyFiles, s.bundle, s.addModels, s.addOverlaps, s.addServiceWorker, compress} {
		if err := step(); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(s.out); err != nil {
		return err
	}
	if err := os.Rename(s.parts, s.out); err != nil {
		return err
	}
	lab := filepath.Join(s.out, labName)
	fmt.Printf("The page is in %s: %s has %s\n", s.out, labName, sizes(lab))
	return nil
}

// checkOut returns an error if building would remove anything but a page.
func (s *site) checkOut() error {
	entries, err := os.ReadDir(s.out)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(s.out, labName)); err != nil {
		return fmt.Errorf("%s holds other files than those of a page, and building would remove them: name another folder", s.out)
	}
	return nil
}

// part returns the path of a part of the site.
func (s *site) part(name string) string { return filepath.Join(s.parts, filepath.FromSlash(name)) }

// Files of WebAssembly: what the workers of the pages run, and the stage.
const (
	labName       = "lab.wasm"
	evaluatorName = "evaluator.wasm"
	stageName     = "stage.wasm"
)

// compileAll builds them, and adds Go's support for it.
func (s *site) compileAll() error {
	experiments, set := os.LookupEnv("GOEXPERIMENT")
	if !set {
		experiments = "simd"
	}
	experiments = strings.TrimPrefix(experiments+",nojsonv2", ",") // with encoding/json of Go 1.27 the files are a tenth larger
	for name, from := range map[string]string{labName: "./wasm/lab", evaluatorName: "./wasm/evaluator", stageName: "./wasm/stage"} {
		c := goCommand("build", "-trimpath", "-ldflags=-s -w", "-o", s.part(name), from)
		c.Env = append(c.Environ(), "GOOS=js", "GOARCH=wasm", "GOEXPERIMENT="+experiments)
		c.Stdout, c.Stderr = os.Stdout, os.Stderr
		if err := c.Run(); err != nil {
			return fmt.Errorf("building %s: %w", name, err)
		}
	}
	s.later = append(s.later, evaluatorName, stageName) // each as large as all the rest
	root, err := goCommand("env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	return copyFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"), s.part("wasm_exec.js"))
}

// describe writes down what the lab and an evaluator would say of themselves, so that pages have their controls before these run.
func (s *site) describe() error {
	var lab session.Session
	for name, description := range map[string]any{"description.json": lab.Describe(), "evaluator.json": evaluator.Describe()} {
		text, err := json.Marshal(description)
		if err != nil {
			return err
		}
		if err := os.WriteFile(s.part(name), text, 0o666); err != nil {
			return err
		}
	}
	return nil
}

func goCommand(args ...string) *exec.Cmd { return exec.Command("go", args...) }

// copyFiles copies what goes into the site as it is.
func (s *site) copyFiles() error {
	for from, to := range map[string]string{
		"index.html":                   "index.html",
		"web/static/evaluate.html":     "evaluate.html",
		"web/static/icons":             ".",
		"web/static/photos":            "photos",
		"web/static/decks":             "decks",
		"web/static/notes.html":        "notes.html",
		"web/static/stage.html":        "stage.html",
		"web/static/overlap.html":      "overlap.html",
		"node_modules/lean-qr/LICENSE": "lean-qr-LICENSE.txt",
		"node_modules/uplot/LICENSE":   "uplot-LICENSE.txt",
		"LICENSE":                      "LICENSE.txt",
	} {
		if err := copyAll(filepath.FromSlash(from), s.part(to)); err != nil {
			return err
		}
	}
	return nil
}

// included is a line of a page that stands for a file of what several pages have.
var included = regexp.MustCompile(`(?m)^<!-- here: (\S+) -->\n`)

// copyPage copies a page, with the files that it names in the place of their lines.
func copyPage(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	content = included.ReplaceAllFunc(content, func(line []byte) []byte {
		inner, failed := os.ReadFile(filepath.FromSlash(string(included.FindSubmatch(line)[1])))
		if failed != nil {
			err = failed
		}
		return inner
	})
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return os.WriteFile(to, content, 0o666)
}

// copyAll copies a file, or a folder with all that is in it.
func copyAll(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(to, os.DirFS(from))
	}
	if filepath.Ext(from) == ".html" {
		return copyPage(from, to)
	}
	return copyFile(from, to)
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o666)
}
