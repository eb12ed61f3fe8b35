package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// collectLicenses returns the licenses of what a release is made of: this program, the modules of its programs on any target and
// of the page, the packages of the page, Go, and images and networks of others.
func collectLicenses(site string) ([]byte, error) {
	folders := map[string]string{ // by module and version
		"Steady":                             ".",
		"Fashion-MNIST, the built-in images": filepath.Join("core", "dataset", "fashion"),
		"The networks":                       "models", // those that were trained elsewhere
	}
	add := func(system, arch, tags string, programs ...string) error {
		c := exec.Command("go", append([]string{"list", "-deps", "-tags", tags, "-f",
			"{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}"}, programs...)...)
		c.Env, c.Stderr = append(os.Environ(), "CGO_ENABLED=0", "GOEXPERIMENT=simd", "GOOS="+system, "GOARCH="+arch), os.Stderr
		list, err := c.Output()
		if err != nil {
			return fmt.Errorf("go list for %s on %s: %w", system, arch, err)
		}
		for line := range strings.Lines(string(list)) {
			if module, dir, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
				folders[module] = dir
			}
		}
		return nil
	}
	for _, t := range targets {
		if err := add(t.os, t.arch, t.tags, command, cluster); err != nil {
			return nil, err
		}
	}
	if err := add("js", "wasm", "", page...); err != nil {
		return nil, err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	folders["Go"] = strings.TrimSpace(string(root))
	var out bytes.Buffer
	write := func(what, path string) error {
		text, err := os.ReadFile(path)
		if err == nil {
			fmt.Fprintf(&out, "==== %s (%s) ====\n\n%s\n\n", what, filepath.Base(path), bytes.TrimSpace(text))
		}
		return err
	}
	for _, module := range slices.Sorted(maps.Keys(folders)) {
		texts, err := licenseFiles(folders[module])
		if err != nil {
			return nil, err
		}
		if len(texts) == 0 {
			return nil, fmt.Errorf("%s has no license file in %s", module, folders[module])
		}
		for _, path := range texts {
			if err := write(module, path); err != nil {
				return nil, err
			}
		}
	}
	packages, err := filepath.Glob(filepath.Join(site, "*-LICENSE.txt"))
	if err != nil {
		return nil, err
	}
	for _, path := range packages {
		if err := write(strings.TrimSuffix(filepath.Base(path), "-LICENSE.txt")+", in the page", path); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// licenseFiles returns the files of a module that must go with it.
func licenseFiles(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if e.Type().IsRegular() && (strings.HasPrefix(name, "LICEN") || strings.HasPrefix(name, "COPYING") || strings.HasPrefix(name, "NOTICE")) {
			found = append(found, filepath.Join(folder, e.Name()))
		}
	}
	return found, nil
}
