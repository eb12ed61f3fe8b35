package main

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A finding is a place that breaks a habit.
type finding struct {
	file   string // slash-separated, relative to the current folder
	line   int
	habit  string
	advice string
}

func (f finding) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", f.file, f.line, f.habit, f.advice)
}

func main() {
	count := flag.Bool("count", false, "print only the number of findings in each folder")
	flag.Parse()
	roots := flag.Args()
	if len(roots) == 0 {
		roots = []string{"."}
	}
	findings, err := checkAll(roots)
	if err != nil {
		fmt.Fprintln(os.Stderr, "lint:", err)
		os.Exit(2)
	}
	if *count {
		folders := map[string]int{}
		for _, f := range findings {
			folders[path.Dir(f.file)]++
		}
		for _, folder := range slices.Sorted(maps.Keys(folders)) {
			fmt.Printf("%5d  %s\n", folders[folder], folder)
		}
	} else {
		for _, f := range findings {
			fmt.Println(f)
		}
	}
	if len(findings) > 0 {
		fmt.Fprintf(os.Stderr, "lint: findings: %d\n", len(findings))
		os.Exit(1)
	}
}

// checkAll checks every file below the roots, in the order of their paths.
func checkAll(roots []string) ([]finding, error) {
	var findings []finding
	documented := map[string]bool{} // packages with a comment in doc.go, by folder
	packages := map[string]string{} // a file of each package, by folder
	for _, root := range roots {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() {
				if name != root && skipped(d.Name()) {
					return filepath.SkipDir
				}
				return nil
			}
			name = filepath.ToSlash(name)
			switch path.Ext(name) {
			case ".go":
				source, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				found, documents, err := checkGo(name, source)
				if err != nil {
					return err
				}
				findings = append(findings, found...)
				if name != root && !strings.HasSuffix(name, "_test.go") {
					packages[path.Dir(name)] = name
					documented[path.Dir(name)] = documented[path.Dir(name)] || documents && path.Base(name) == "doc.go"
				}
			case ".md", ".ts":
				source, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				findings = append(findings, checkText(name, string(source))...)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(packages)) {
		if !documented[folder] {
			findings = append(findings, finding{packages[folder], 1, "package comment",
				"the package has no comment in doc.go: say there what it is for"})
		}
	}
	return findings, nil
}

// skipped reports whether a folder holds nothing that was written here.
func skipped(folder string) bool {
	return folder == "build" || folder == "node_modules" || folder == "testdata" || strings.HasPrefix(folder, ".")
}
