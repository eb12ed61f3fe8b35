package train

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"steady/core/option"
)

// dummies are the options of a recipe for tests, which scales the images.
type dummies struct {
	Scale  float64
	Radius float64
}

var dummyTable = option.Table[dummies]{
	{Name: "scale", Help: "factor", Field: func(d *dummies) any { return &d.Scale }, Range: option.Above(0)},
	{Name: "radius", Help: "radius", Field: func(d *dummies) any { return &d.Radius }, Range: option.AtLeast(0), Per: 255},
}

func dummyRecipe(name string) *Recipe {
	c := config(2)
	c.Recipe = name
	return WithOptions(Recipe{Name: name, Summary: "a recipe for tests", Source: "none", Config: c}, dummies{Scale: .5}, dummyTable,
		func(_ context.Context, b *Batch, d *dummies) error {
			for i := range b.X {
				b.X[i] *= float32(d.Scale)
			}
			return nil
		})
}

func init() {
	Register(dummyRecipe("dummy"))
	Register(dummyRecipe("other-dummy"))
}

func parsed(t *testing.T, text string) Config {
	t.Helper()
	c, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOptionsText(t *testing.T) {
	for text, want := range map[string]string{
		"dummy": "", "dummy{}": "", " dummy { scale = 2 } ": "scale=2", "dummy{radius=8/255,scale=0.5}": "radius=8/255",
	} {
		c := parsed(t, text)
		if got := c.Options.String(); got != want || c.Recipe != "dummy" || c.Validate() != nil {
			t.Errorf("%q: options %q of %s, %v, want %q", text, got, c.Recipe, c.Validate(), want)
		}
	}
	if r, _ := LookupRecipe("dummy"); r.Config.Options.String() != "" {
		t.Error("the recipe's defaults have changed")
	}
	for text, want := range map[string]string{
		"dummy{scale=0}":    "recipe dummy: scale is 0: want a number above 0",
		"dummy{scale=x}":    `recipe dummy: scale is "x": want a number above 0`,
		"dummy{height=1}":   `no option "height"; valid: scale, radius`,
		"dummy{scale=1":     "want a closing brace",
		"dummy{epochs=2}":   `no option "epochs"`,
		"standard{scale=1}": "recipe standard has no options of its own",
	} {
		if _, err := Parse(text); !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := Parse("nothing{scale=1}"); !errors.Is(err, ErrUnknown) {
		t.Errorf("no recipe: %v", err)
	}
}

// A Config made by hand is checked: its options must be there, be of its recipe, and make sense.
func TestOptionsAreChecked(t *testing.T) {
	dummy := parsed(t, "dummy")
	for want, change := range map[string]func(c *Config){
		"no options for recipe dummy":  func(c *Config) { c.Options = nil },
		"no options for recipe other-": func(c *Config) { c.Recipe = "other-dummy" },
		"for recipe standard, which":   func(c *Config) { c.Recipe = "standard" },
		"recipe dummy: scale is -1":    func(c *Config) { o := c.Options.(ownOptions[dummies]); o.values.Scale = -1; c.Options = o },
		"epochs is 0: want a whole nu": func(c *Config) { c.Epochs = 0 },
	} {
		c := dummy
		change(&c)
		if err := c.Validate(); !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	info := dummy.Options.Describe()
	if len(info) != 2 || info[0].Name != "scale" || info[0].Value != .5 || info[1].Per != 255 {
		t.Errorf("described as %+v", info)
	}
}

func TestOptionsReachTheRecipe(t *testing.T) {
	for text, want := range map[string]float32{"dummy": .5, "dummy{scale=0.25}": .25} {
		f, c := newFake(), parsed(t, text)
		c.RandomCrop, c.Flip = 0, NoFlip
		tr, err := NewOn(f, stripes(16, 4), c)
		if err != nil {
			t.Fatal(err)
		}
		plain := newFake()
		c = config(2)
		c.RandomCrop, c.Flip = 0, NoFlip
		without, err := NewOn(plain, stripes(16, 4), c)
		if err != nil {
			t.Fatal(err)
		}
		epochs(t, tr, 1)
		epochs(t, without, 1)
		if got := f.x[0][7] / plain.x[0][7]; got != want {
			t.Errorf("%s: images are scaled by %g, want %g", text, got, want)
		}
	}
}

func TestOptionsInJSON(t *testing.T) {
	c := parsed(t, "dummy{scale=2,radius=8/255}")
	b, err := json.Marshal(Card{Training: c})
	if err != nil {
		t.Fatal(err)
	}
	if want := `"flip":"random","options":{"scale":2,"radius":0.03137254901960784}},`; !strings.Contains(string(b), want) {
		t.Errorf("model card %s, want %s", b, want)
	}
	var back Card
	if err := json.Unmarshal(b, &back); err != nil || back.Training != c {
		t.Errorf("read back as %+v: %v", back.Training, err)
	}
	var missing Config
	if err := json.Unmarshal([]byte(`{"recipe":"dummy","epochs":3}`), &missing); err != nil || missing.Options.String() != "" || missing.Epochs != 3 {
		t.Errorf("without options: %+v, %v", missing, err)
	}
	for _, bad := range []string{`{"recipe":"standard","options":{}}`, `{"recipe":"nothing","options":{}}`, `{"recipe":"dummy","options":{"x":1}}`,
		`{"recipe":"dummy","options":3}`, `{"recipe":"dummy","epoch":1}`, `[]`} {
		before := c
		if err := json.Unmarshal([]byte(bad), &before); err == nil || before != c {
			t.Errorf("%s: %+v, %v", bad, before, err)
		}
	}
	var unknown Config // a model card of another program
	if err := json.Unmarshal([]byte(`{"recipe":"nothing","epochs":3}`), &unknown); err != nil || unknown.Epochs != 3 {
		t.Errorf("an unknown recipe: %+v, %v", unknown, err)
	}
}

// A checkpoint keeps the options, and is refused by a run with others.
func TestOptionsInCheckpoints(t *testing.T) {
	set := stripes(32, 4)
	run := func(text string) *Trainer { return trainer(t, tiny(4), set, parsed(t, text), 1) }
	straight, made := run("dummy{scale=0.75}"), run("dummy{scale=0.75}")
	epochs(t, straight, 2)
	epochs(t, made, 1)
	file := saved(t, made)
	if !bytes.Contains(file, []byte(`"options":{"scale":0.75,"radius":0}`)) {
		t.Error("the checkpoint lacks the options")
	}
	again := run("dummy{scale=3/4}")
	if err := again.Restore(bytes.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	epochs(t, again, 1)
	if fmt.Sprint(bits(again)) != fmt.Sprint(bits(straight)) {
		t.Error("resumed, it is another run")
	}
	for text, want := range map[string]string{
		"dummy":                          "it is of a run with scale 0.75, this one has 0.5",
		"dummy{scale=0.75,radius=2/255}": "it is of a run with radius 0, this one has 2/255",
		"other-dummy{scale=0.75}":        "it is of a run with recipe dummy, this one has other-dummy",
	} {
		if err := run(text).Restore(bytes.NewReader(file)); !errors.Is(err, ErrCheckpoint) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
