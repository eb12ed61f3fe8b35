package main

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"
)

// The service worker's list has every file but the compressed ones, and knows networks for large images.
func TestListFiles(t *testing.T) {
	s := newSite(t)
	write(t, filepath.Join(s.models, "small.onnx"), "small network")
	write(t, filepath.Join(s.models, "small.json"), `{"image": [3, 32, 32]}`)
	write(t, filepath.Join(s.models, "large.onnx"), "large network")
	write(t, filepath.Join(s.models, "large.json"), `{"image": [3, 224, 224]}`)
	write(t, filepath.Join(s.models, "bare.onnx"), "network without a card")
	if err := s.addModels(); err != nil {
		t.Fatal(err)
	}
	write(t, s.part("index.html"), "abc")
	write(t, s.part("index.html.br"), "packed")
	list, err := s.listFiles()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"index.html", "models/bare.onnx", "models/large.json", "models/large.onnx", "models/models.json",
		"models/small.json", "models/small.onnx"}
	if got := slices.Sorted(maps.Keys(list.Files)); !slices.Equal(got, want) {
		t.Errorf("the list has %q, want %q", got, want)
	}
	if sum := list.Files["index.html"]; sum != "ba7816bf8f01cfea" {
		t.Errorf("the sum of index.html is %s", sum)
	}
	if !slices.Equal(list.Later, []string{"models/large.onnx"}) {
		t.Errorf("kept later: %q", list.Later)
	}
}
