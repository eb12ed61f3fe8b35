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

// collectLicenses returns the licenses of the modules that programs are made of on any target, of Go, and of networks.
func collectLicenses(programs ...string) ([]byte, error) {
	folders := map[string]string{} // by module and version
	for _, t := range targets {
		c := exec.Command("go", append([]string{"list", "-deps", "-tags", embedding(t), "-f",
			"{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}"}, programs...)...)
		c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOEXPERIMENT=simd", "GOOS="+t.os, "GOARCH="+t.arch)
		list, err := c.Output()
		if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		for line := range strings.Lines(string(list)) {
			if module, dir, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
				folders[module] = dir
			}
		}
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	folders["Go"] = strings.TrimSpace(string(root))
	folders["The networks"] = "models" // those that were trained elsewhere
	var out bytes.Buffer
	for _, module := range slices.Sorted(maps.Keys(folders)) {
		texts, err := licenseFiles(folders[module])
		if err != nil {
			return nil, err
		}
		if len(texts) == 0 {
			return nil, fmt.Errorf("%s has no license file in %s", module, folders[module])
		}
		for _, path := range texts {
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(&out, "==== %s (%s) ====\n\n%s\n\n", module, filepath.Base(path), bytes.TrimSpace(text))
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
