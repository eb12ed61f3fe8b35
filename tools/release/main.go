package main

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// target is a platform, with its build tags.
type target struct{ os, arch, tags string }

var targets = []target{
	{"linux", "amd64", "nowebgpu"},
	{"linux", "arm64", "nowebgpu"},
	{"darwin", "amd64", ""},
	{"darwin", "arm64", ""},
	{"windows", "amd64", ""},
	{"windows", "arm64", ""},
}

// name returns the name of a platform's program, with the system's name as people say it.
func (t target) name() string { return t.nameOf("steady") }

func (t target) nameOf(program string) string {
	system, ext := t.os, ""
	switch t.os {
	case "darwin":
		system = "macos"
	case "windows":
		ext = ".exe"
	}
	return program + "-" + system + "-" + t.arch + ext
}

// embedding returns the build tags of a platform's program that has the page in it.
func embedding(t target) string { return strings.TrimPrefix(t.tags+",embedsite", ",") }

// build builds a platform's program, with or without the page in it.
func (t target) build(path string, withSite bool) error {
	tags := t.tags
	if withSite {
		tags = embedding(t)
	}
	return t.buildProgram(path, command, tags)
}

// The programs of a release.
const (
	command = "./tools/steady"
	cluster = "./tools/steady-cluster"
)

// page is what the page has of Go, as WebAssembly.
var page = []string{"./wasm/lab", "./wasm/evaluator", "./wasm/stage"}

func (t target) buildProgram(path, program, tags string) error {
	fmt.Println("Building", path)
	c := exec.Command("go", "build", "-trimpath", "-buildvcs=auto", "-tags", tags, "-ldflags=-s -w", "-o", path, program)
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOEXPERIMENT=simd", "GOOS="+t.os, "GOARCH="+t.arch)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// embedded is where the source of steady serve expects the page.
var embedded = filepath.Join("tools", "internal", "page", "site.zip")

// licensesName is the file of licenses, beside the programs and in each archive.
const licensesName = "LICENSES.txt"

// sumsName is the file of a release that lists the SHA-256 of the others.
const sumsName = "SHA256SUMS"

func main() {
	site := flag.String("site", filepath.Join("build", "site"), "folder of the built page")
	out := flag.String("out", filepath.Join("build", "release"), "folder to write; what it held is replaced")
	flag.Parse()
	if err := release(*site, *out); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// checkOut returns an error if the folder holds anything but an earlier release, which is removed.
func checkOut(out string) error {
	entries, err := os.ReadDir(out)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(out, sumsName)); err != nil {
		return fmt.Errorf("%s holds other files than those of a release, which would be removed: name another folder", out)
	}
	return nil
}

func release(site, out string) error {
	if err := checkOut(out); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(site, "index.html")); err != nil {
		return fmt.Errorf("no index.html in %s: run ./build.sh build", site)
	}
	licenses, err := collectLicenses(site)
	if err != nil {
		return err
	}
	archive, err := packSite(site, licenses)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, "steady-site.zip"), archive, 0o666); err != nil {
		return err
	}
	if err := os.WriteFile(embedded, archive, 0o666); err != nil {
		return err
	}
	defer os.Remove(embedded)
	for _, t := range targets {
		if err := t.build(filepath.Join(out, t.name()), true); err != nil {
			return err
		}
		if err := t.buildProgram(filepath.Join(out, t.nameOf("steady-cluster")), cluster, t.tags); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(out, licensesName), licenses, 0o666); err != nil {
		return err
	}
	stick, err := packStick(site, licenses, targets)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, stickName), stick, 0o666); err != nil {
		return err
	}
	return writeSums(out)
}

// packSite returns the archive of the page, with the licenses of what it is made of.
func packSite(site string, licenses []byte) (archive []byte, err error) {
	dir, err := os.MkdirTemp("", "steady-site-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, os.DirFS(site)); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, licensesName), licenses, 0o666); err != nil {
		return nil, err
	}
	return zipFolder(dir)
}

// writeSums writes SHA256SUMS, as sha256sum -c reads it.
func writeSums(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), e.Name())
	}
	fmt.Print(sums.String())
	return os.WriteFile(filepath.Join(folder, sumsName), []byte(sums.String()), 0o666)
}
