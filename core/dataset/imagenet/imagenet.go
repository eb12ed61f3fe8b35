package imagenet

import (
	_ "embed"
	"strings"
	"sync"
)

// Class is a class of ImageNet-1k.
type Class struct {
	WNID string // WordNet ID, such as n01440764
	Name string // its names with commas between them, such as "tench, Tinca tinca"
}

//go:embed classes.txt
var file string

// Classes returns the 1,000 classes in their order. All callers share them, and must not change them.
func Classes() []Class { return classes() }

var classes = sync.OnceValue(func() []Class {
	var list []Class
	for line := range strings.Lines(file) {
		wnid, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		list = append(list, Class{wnid, name})
	}
	return list
})

// Index returns the number of the class with a WordNet ID.
func Index(wnid string) (index int, ok bool) {
	index, ok = indices()[wnid]
	return index, ok
}

var indices = sync.OnceValue(func() map[string]int {
	m := map[string]int{}
	for i, c := range Classes() {
		m[c.WNID] = i
	}
	return m
})
