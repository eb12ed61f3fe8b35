package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// masks lists the JSON fields that are not compared: the last names of their path, without indices of arrays.
var masks = map[string]string{
	"seconds":              "a time",
	"processor_seconds":    "a time",
	"images_per_second":    "a rate",
	"corruptions/summary":  "prose",
	"corruptions/severity": "prose",
	"corruptions/source":   "prose",
	"attacks/title":        "prose",
	"attacks/summary":      "prose",
	"recipes/summary":      "prose",
	"findings/name":        "prose",
	"findings/detail":      "prose",
}

// An outcome is all that a command left.
type outcome struct {
	prints []printed
	files  map[string][sha256.Size]byte // by slash-separated path
}

// printed is what one call left.
type printed struct {
	call   string
	exit   int
	stdout []byte
}

// String describes an outcome in a few words, so that a command that fails with both builds does not pass for a success.
func (o outcome) String() string {
	last := o.prints[len(o.prints)-1]
	s := fmt.Sprintf("%d bytes of JSON", len(last.stdout))
	if last.exit != 0 {
		s = fmt.Sprintf("exit status %d", last.exit)
	}
	if n := len(o.files); n > 0 {
		s += fmt.Sprintf(", files: %d", n)
	}
	return s
}

// differences describes what differs between two outcomes; nil if nothing does.
func (o outcome) differences(other outcome) []string {
	var found []string
	for i := range min(len(o.prints), len(other.prints)) {
		a, b := o.prints[i], other.prints[i]
		if a.exit != b.exit {
			found = append(found, fmt.Sprintf("%s: exit status %d, now %d", a.call, a.exit, b.exit))
			continue
		}
		for _, d := range compareJSON(a.stdout, b.stdout) {
			found = append(found, a.call+": "+d)
		}
	}
	paths := maps.Clone(o.files)
	maps.Copy(paths, other.files)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		a, inA := o.files[path]
		b, inB := other.files[path]
		switch {
		case !inA:
			found = append(found, "new file "+path)
		case !inB:
			found = append(found, "no file "+path)
		case a != b:
			found = append(found, "other bytes in "+path)
		}
	}
	return found
}

// compareJSON compares two JSON texts but for masked fields.
func compareJSON(a, b []byte) []string {
	x, err1 := parse(a)
	y, err2 := parse(b)
	if err1 != nil || err2 != nil {
		if bytes.Equal(a, b) {
			return nil
		}
		return []string{"output that is not JSON differs"}
	}
	return compareValues("", x, y)
}

func parse(text []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // compares digits, not roundings
	err = d.Decode(&v)
	return v, err
}

func compareValues(path string, a, b any) []string {
	for m := range masks {
		if path == m || strings.HasSuffix(path, "/"+m) {
			return nil
		}
	}
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok {
			break
		}
		var found []string
		keys := maps.Clone(a)
		maps.Copy(keys, b)
		for _, k := range slices.Sorted(maps.Keys(keys)) {
			at := strings.TrimPrefix(path+"/"+k, "/")
			x, inA := a[k]
			y, inB := b[k]
			switch {
			case !inA:
				found = append(found, fmt.Sprintf("new field %s: %s", at, short(y)))
			case !inB:
				found = append(found, fmt.Sprintf("no field %s: %s", at, short(x)))
			default:
				found = append(found, compareValues(at, x, y)...)
			}
		}
		return found
	case []any:
		b, ok := b.([]any)
		if !ok {
			break
		}
		if len(a) != len(b) {
			return []string{fmt.Sprintf("%s has %d elements, now %d", path, len(a), len(b))}
		}
		var found []string
		for i := range a {
			found = append(found, compareValues(path, a[i], b[i])...)
		}
		return found
	default:
		if a == b {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s is %s, now %s", path, short(a), short(b))}
}

func short(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if len(text) > 60 {
		return string(text[:57]) + "..."
	}
	return string(text)
}

// hashFiles hashes every file below a folder but those that were given.
func hashFiles(folder string, given map[string]bool) (map[string][sha256.Size]byte, error) {
	files := map[string][sha256.Size]byte{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if given[name] {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files[name] = sha256.Sum256(content)
		return nil
	})
	return files, err
}
