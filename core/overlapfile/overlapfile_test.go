package overlapfile

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

func planted(t *testing.T) []byte {
	t.Helper()
	file, err := os.ReadFile("testdata/planted.json")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func open(t *testing.T) (*Explorer, *Opened) {
	t.Helper()
	var e Explorer
	o, err := e.Open(planted(t))
	if err != nil {
		t.Fatal(err)
	}
	return &e, o
}

// The planted groups are found again: in the order of the tree, corruptions of a family stand beside each other.
func TestOpen(t *testing.T) {
	_, o := open(t)
	var families []string
	for _, i := range o.Accuracy.Order[:len(o.Corruptions)-1] {
		if f := o.Corruptions[i].Family; len(families) == 0 || families[len(families)-1] != f {
			families = append(families, f)
		}
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(families)))
	if len(sorted) != len(families) {
		t.Errorf("in the order of the tree, families come in turns: %q", families)
	}
	if last := o.Accuracy.Order[len(o.Corruptions)-1]; o.Corruptions[last].Name != "pixelate" || o.Accuracy.Values[last][last] != nil {
		t.Errorf("the last of the order is %s, want pixelate without overlaps", o.Corruptions[last].Name)
	}
	if n := len(o.Accuracy.Undefined); n != 1 {
		t.Errorf("%d corruptions without overlaps, want 1", n)
	}
}

func TestCover(t *testing.T) {
	e, o := open(t)
	place := func(names ...string) (places []int) {
		for _, name := range names {
			places = append(places, slices.IndexFunc(o.Corruptions, func(c Shown) bool { return c.Name == name }))
		}
		return places
	}
	a, err := e.Cover(CoverArgs{"accuracy", place("gaussian_noise", "shot_noise", "fog", "pixelate"), .5, "by hand"})
	if err != nil {
		t.Fatal(err)
	}
	c := a.Coverage
	if !slices.Equal(c.Missing, []string{"pixelate"}) || len(c.Others) != len(o.Corruptions)-4 {
		t.Errorf("missing %q, %d others", c.Missing, len(c.Others))
	}
	for _, other := range c.Others {
		family := o.Corruptions[place(other.Corruption)[0]].Family
		if covered := family == o.Corruptions[place("fog")[0]].Family || family == "noise"; covered != (other.Overlap >= .5) {
			t.Errorf("%s of %s overlaps by %g with %s", other.Corruption, family, other.Overlap, other.By)
		}
	}
	if len(c.Redundant) != 1 || !slices.Equal(c.Redundant[0].Corruptions, []string{"gaussian_noise", "shot_noise"}) {
		t.Errorf("redundant: %+v", c.Redundant)
	}
	if !strings.Contains(a.Spec, "cells:\n  - \"gaussian_noise{severity=range}\"\n") {
		t.Errorf("the spec is\n%s", a.Spec)
	}
	if none, err := e.Cover(CoverArgs{"ratio", place("pixelate"), .5, "by hand"}); err != nil || none.Spec != "" || none.Coverage.Mean != nil {
		t.Errorf("of a corruption without overlaps: %+v, %v", none, err)
	}
	if none, err := e.Cover(CoverArgs{"ratio", nil, .5, ""}); err != nil || none.Spec != "" {
		t.Errorf("of nothing: %+v, %v", none, err)
	}
}

func TestBuild(t *testing.T) {
	e, o := open(t)
	b, err := e.Build(BuildArgs{Score: "accuracy", Threshold: .5})
	if err != nil {
		t.Fatal(err)
	}
	families := map[string]bool{}
	for _, i := range b.Members {
		if f := o.Corruptions[i].Family; families[f] {
			t.Errorf("two corruptions of %s are in what does not overlap", f)
		} else {
			families[f] = true
		}
	}
	if b.Coverage.Covered != len(b.Coverage.Others) || len(b.Coverage.Redundant) > 0 {
		t.Errorf("one of each family covers %d of %d, redundant: %v", b.Coverage.Covered, len(b.Coverage.Others), b.Coverage.Redundant)
	}
	if b, err = e.Build(BuildArgs{Score: "accuracy", Groups: 2, Each: 3, Threshold: .5}); err != nil || len(b.Members) != 6 {
		t.Errorf("2 × 3: %+v, %v", b, err)
	}
}

func TestRefuses(t *testing.T) {
	file := planted(t)
	var e Explorer
	if _, err := e.Cover(CoverArgs{"accuracy", nil, .5, ""}); err != errNoFile {
		t.Errorf("without a file: %v", err)
	}
	change := func(old, new string) []byte {
		if !bytes.Contains(file, []byte(old)) {
			t.Fatalf("the file has no %s", old)
		}
		return bytes.Replace(file, []byte(old), []byte(new), 1)
	}
	values := func(f func(m map[string]any)) []byte {
		var all map[string]any
		if err := json.Unmarshal(file, &all); err != nil {
			t.Fatal(err)
		}
		f(all)
		b, _ := json.Marshal(all)
		return b
	}
	row := func(m map[string]any, i int) []any {
		return m["accuracy"].(map[string]any)["values"].([]any)[i].([]any)
	}
	for want, broken := range map[string][]byte{
		"not JSON":                []byte("hello"),
		"has no \"corruptions\"":  []byte("{}"),
		"file of results":         []byte(`{"format":"steady results 1"}`),
		"no name of a corruption": change(`"name":"fog"`, `"name":"<b>fog"`),
		"is there twice":          change(`"name":"fog"`, `"name":"snow"`),
		"has no cells":            values(func(m map[string]any) { m["corruptions"].([]any)[3].(map[string]any)["cells"] = []string{} }),
		"want one line": values(func(m map[string]any) {
			m["corruptions"].([]any)[3].(map[string]any)["cells"] = []string{"fog\ncells:"}
		}),
		"has no \"ratio\"": values(func(m map[string]any) { delete(m, "ratio") }),
		"its score is":     values(func(m map[string]any) { m["score"] = "hope" }),
		"is not what":      values(func(m map[string]any) { row(m, 0)[1] = .77 }),
		"although both":    values(func(m map[string]any) { row(m, 0)[1], row(m, 1)[0] = nil, nil }),
		"is -1":            values(func(m map[string]any) { row(m, 0)[1], row(m, 1)[0] = -1, -1 }),
		"want 24":          values(func(m map[string]any) { m["accuracy"].(map[string]any)["gains"] = []float64{1} }),
		"is in no group":   values(func(m map[string]any) { m["accuracy"].(map[string]any)["groups"] = []any{} }),
		"group 1 is empty": values(func(m map[string]any) {
			m["ratio"].(map[string]any)["groups"].([]any)[0].(map[string]any)["corruptions"] = nil
		}),
		"want 2 to 500": values(func(m map[string]any) { m["corruptions"] = []any{} }),
	} {
		_, err := e.Open(broken)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if _, err := e.Open(file); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		score     string
		members   []int
		threshold float64
	}{{"hope", nil, .5}, {"accuracy", []int{24}, .5}, {"accuracy", []int{-1}, .5}, {"ratio", nil, 0}, {"ratio", nil, 1.5}} {
		if _, err := e.Cover(CoverArgs{c.score, c.members, c.threshold, ""}); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
	if _, err := e.Build(BuildArgs{Score: "accuracy", Groups: 20, Each: 5, Threshold: .5}); err == nil || !strings.HasPrefix(err.Error(), "There is no such benchmark: 20 groups with 5") {
		t.Errorf("20 × 5: %v", err)
	}
}
