package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// installPackages has npm install what package-lock.json lists, unless node_modules holds it already.
func installPackages() error {
	lock, err := os.Stat("package-lock.json")
	if err != nil {
		return fmt.Errorf("%w: run this in the repository's top folder", err)
	}
	if installed, err := os.Stat(filepath.Join("node_modules", ".package-lock.json")); err == nil && installed.ModTime().After(lock.ModTime()) {
		return nil
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("the page takes a plotting library from npm, and there is no npm here: install Node.js with npm and try again")
	}
	out, err := exec.Command(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund").CombinedOutput()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return fmt.Errorf("npm could not install what package-lock.json lists (%w); its last lines:\n%s", err,
			strings.Join(lines[max(0, len(lines)-5):], "\n"))
	}
	return nil
}
