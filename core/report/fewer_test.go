package report

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// Every form of a report says which figures are of fewer images than the others.
func TestFewerImages(t *testing.T) {
	b := newBuilder(t, 40, "a", "b")
	for i := range 2 {
		b.add(i, "clean", 0, 38)
		b.add(i, "fog{severity=3}", 0, 30)
		b.add(i, "pgd{eps=8/255}", 0, 20)
		b.add(i, "autoattack{eps=8/255}", 0, 16)
	}
	for k := range b.Entries {
		e := &b.Entries[k]
		a, _ := e.Perturbation.Attack()
		if a == nil {
			continue
		}
		e.Images = 20
		if a.Name == "autoattack" {
			e.Images = 10
		}
		e.Result.Answers, e.Result.Right = e.Result.Answers[:e.Images], min(e.Result.Right, e.Images)
	}
	b.Entries[6].Result.Answers[3].Class++ // b is wrong about one image
	b.Entries[6].Result.Right--
	r := b.report(Options{})
	if m := r.Models[1]; m.Images != 40 || m.AttackedImages != 20 || !near(m.Attacked, .95) || !near(m.Corrupted, .75) || m.CorruptedInterval == nil {
		t.Errorf("%+v", m)
	}
	if c := r.Comparisons[0].Cells; len(c) != 3 || c[0].Images != 40 || c[1].Images != 20 || c[2].Images != 10 {
		t.Errorf("%+v", c)
	}
	for name, write := range map[string]func(io.Writer) error{"LaTeX": r.WriteLaTeX, "Markdown": r.WriteMarkdown,
		"text": func(w io.Writer) error { r.WriteText(w); return nil },
		"page": func(w io.Writer) error { return r.WriteHTML(w, HTMLOptions{NoImages: "none."}) }} {
		var b bytes.Buffer
		err := write(&b)
		for _, want := range []string{"On the first 20 of 40 images only: pgd", "On the first 10 of 40 images only: autoattack"} {
			if err != nil || strings.Count(b.String(), want) != 1 {
				t.Errorf("%s: %v, want %q once\n%s", name, err, want, &b)
			}
		}
		if want := "autoattack{norm=linf}, 10 images"; name == "page" && !strings.Contains(b.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	var table bytes.Buffer
	if err := r.WriteCSV(&table); err != nil || !strings.Contains(table.String(), "b,autoattack{norm=linf},,,autoattack,10,10,") {
		t.Errorf("%v\n%s", err, &table)
	}
	// The others of a network on fewer images need no note.
	if r := newBuilder(t, 40, "a").report(Options{}); len(r.Models[0].Notes) != 0 {
		t.Errorf("%q", r.Models[0].Notes)
	}
}
