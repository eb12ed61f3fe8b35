package bench

import (
	"maps"
	"slices"
	"testing"
)

func parse(t *testing.T, text string) Perturbation {
	t.Helper()
	p, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestKey holds a key, which must not change, or results of today are lost; and the text that it is the hash of.
func TestKey(t *testing.T) {
	c := Cell{Network: "ab12", Input: "mean=0.5", Data: "cd34", Preparation: "crop=224x224", Perturbation: parse(t, "frost{severity=3,jpeg=85}"),
		Overlays: "ef", Seed: 7, First: 100, N: 50}
	want := `version "1"
network "ab12"
input "mean=0.5"
data "cd34"
preparation "crop=224x224"
perturbation "frost{severity=3,jpeg=85}"
overlays "ef"
seed "7"
images "100+50"
`
	if c.Identity() != want {
		t.Errorf("identity\n%s, want\n%s", c.Identity(), want)
	}
	if got, want := c.Key().String(), "2a6d5145a257388d3e0a71a6c7c31796728d620180552cd821a918cd2c9cc425"; got != want {
		t.Errorf("key %s, want %s", got, want)
	}
}

// TestKeyOfEachPart changes one part after the other.
func TestKeyOfEachPart(t *testing.T) {
	c := Cell{Network: "a", Input: "b", Data: "c", Preparation: "d", Perturbation: parse(t, "frost{severity=3}"), Overlays: "e", Seed: 1, First: 2, N: 3}
	keys := map[Key]string{c.Key(): "none"}
	for name, change := range map[string]func(*Cell){
		"network":       func(c *Cell) { c.Network = "x" },
		"input":         func(c *Cell) { c.Input = "x" },
		"data":          func(c *Cell) { c.Data = "x" },
		"preparation":   func(c *Cell) { c.Preparation = "x" },
		"severity":      func(c *Cell) { c.Perturbation = parse(t, "frost{severity=4}") },
		"profile":       func(c *Cell) { c.Perturbation = parse(t, "frost{severity=3,profile=cifar}") },
		"jpeg":          func(c *Cell) { c.Perturbation = parse(t, "frost{severity=3,jpeg=85}") },
		"files":         func(c *Cell) { c.Perturbation = parse(t, "frost{severity=3,files=ab}") },
		"other files":   func(c *Cell) { c.Perturbation = parse(t, "frost{severity=3,files=cd}") },
		"corruption":    func(c *Cell) { c.Perturbation = parse(t, "snow{severity=3}") },
		"clean":         func(c *Cell) { c.Perturbation = Perturbation{} },
		"attack":        func(c *Cell) { c.Perturbation = parse(t, "pgd") },
		"norm":          func(c *Cell) { c.Perturbation = parse(t, "pgd{norm=l2}") },
		"steps":         func(c *Cell) { c.Perturbation = parse(t, "pgd{steps=11}") },
		"overlays":      func(c *Cell) { c.Overlays = "x" },
		"seed":          func(c *Cell) { c.Seed = 2 },
		"first":         func(c *Cell) { c.First = 3 },
		"n":             func(c *Cell) { c.N = 4 },
		"another place": func(c *Cell) { c.Network, c.Input = "a\"\ninput \"b", "" },
	} {
		changed := c
		change(&changed)
		if other, ok := keys[changed.Key()]; ok {
			t.Errorf("%s has the key of %s", name, other)
		}
		keys[changed.Key()] = name
	}
	// Only frost depends on overlays, unless it is in files.
	for text, depends := range map[string]bool{"frost{severity=1,files=ab}": false, "clean": false, "snow{severity=1}": false, "frost{severity=1}": true, "pgd": false} {
		a := Cell{Perturbation: parse(t, text), Overlays: "a"}
		b := a
		b.Overlays = ""
		if (a.Key() != b.Key()) != depends {
			t.Errorf("%s depends on overlays: %v", text, !depends)
		}
	}
	// What draws nothing at random does not depend on the seed.
	for text, depends := range map[string]bool{"clean": false, "fog{severity=1,files=ab}": false, "brightness{severity=1}": false, "brightness{severity=range}": true, "fog{severity=1}": true, "pgd": true} {
		a := Cell{Perturbation: parse(t, text), Seed: 1}
		b := a
		b.Seed = 2
		if (a.Key() != b.Key()) != depends {
			t.Errorf("%s depends on the seed: %v", text, !depends)
		}
	}
}

func TestSlices(t *testing.T) {
	c := Cell{Network: "a", First: 150, N: 400}
	var got [][2]int
	for _, s := range c.Slices(100) {
		got = append(got, [2]int{s.First, s.N})
		if s.Network != "a" {
			t.Errorf("%+v", s)
		}
	}
	if want := [][2]int{{150, 50}, {200, 100}, {300, 100}, {400, 100}, {500, 50}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if s := (Cell{First: 5}).Slices(10); len(s) != 0 {
		t.Errorf("of no images: %v", s)
	}
	// More images have the slices of fewer.
	keys := map[Key]bool{}
	for _, s := range (Cell{N: 1000}).Slices(64) {
		keys[s.Key()] = true
	}
	for _, s := range (Cell{N: 64 * 7}).Slices(64) {
		if !keys[s.Key()] {
			t.Errorf("%+v is another one of 1000 images", s)
		}
	}
	if len(slices.Collect(maps.Keys(keys))) != 16 {
		t.Errorf("%d slices", len(keys))
	}
	defer func() {
		if recover() == nil {
			t.Error("slices of no images")
		}
	}()
	c.Slices(0)
}
