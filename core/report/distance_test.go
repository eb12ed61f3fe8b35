package report

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"strings"
	"testing"
)

// The median is over the images that are classified correctly as they are; that nothing is left under an attack without a limit
// is no robust accuracy.
func TestDistances(t *testing.T) {
	b := newBuilder(t, 6, "a", "b")
	for i := range 2 {
		b.add(i, "clean", 0, 5)
		b.add(i, "pgd{eps=8/255}", 0, 3)
		b.add(i, "deepfool{norm=l2}", 0, 0)
	}
	for i, d := range []float32{0, .5, .1, .2, .4, .3} {
		b.Entries[2].Result.Answers[i].Distance = d
	}
	inf := float32(math.Inf(1))
	for i, d := range []float32{0, inf, inf, .1, inf, inf} {
		b.Entries[5].Result.Answers[i].Distance = d
	}
	r := b.report(Options{})
	if c := r.Cells[2]; math.Abs(*c.MedianDistance-.3) > 1e-6 || r.Cells[1].MedianDistance != nil || r.Cells[5].MedianDistance != nil {
		t.Errorf("%+v", c)
	}
	for _, m := range r.Models {
		if !near(m.Attacked, .5) || m.attacks != 1 || !strings.HasPrefix(m.AttackedBy, "pgd") {
			t.Errorf("%s: %v of %d attacks, by %s", m.Name, m.Attacked, m.attacks, m.AttackedBy)
		}
	}
	var text, table, page bytes.Buffer
	r.WriteText(&text)
	if want := "deepfool{norm=l2}: median distance a 0.3, b -"; !strings.Contains(text.String(), want) {
		t.Errorf("%q is missing in\n%s", want, &text)
	}
	if err := r.WriteCSV(&table); err != nil || !strings.Contains(table.String(), ",median_distance,") {
		t.Errorf("%v, %s", err, &table)
	}
	if c := r.Comparisons[0].Cells; len(c) != 2 || c[1].Perturbation[:3] != "pgd" {
		t.Errorf("accuracies under an attack without a limit are compared: %+v", c)
	}
	for name, write := range map[string]func(io.Writer) error{"LaTeX": r.WriteLaTeX, "Markdown": r.WriteMarkdown} {
		var b bytes.Buffer
		if err := write(&b); err != nil || !strings.Contains(b.String(), "median distance a 0.3, b -.") {
			t.Errorf("%s without median distances: %v\n%s", name, err, &b)
		}
	}
	archive := npz(t, r)
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := files.Open("median_distance.npy")
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(f)
	if err != nil || len(data) < 32 {
		t.Fatalf("%d bytes, %v", len(data), err)
	}
	for i, want := range []float64{math.NaN(), .3, math.NaN(), math.NaN()} { // networks × (pgd, deepfool)
		got := math.Float64frombits(binary.LittleEndian.Uint64(data[len(data)-32+8*i:]))
		if math.IsNaN(got) != math.IsNaN(want) || math.Abs(got-want) > 1e-6 {
			t.Errorf("median_distance[%d] is %g, want %g", i, got, want)
		}
	}
	if err := r.WriteHTML(&page, HTMLOptions{}); err != nil || !strings.Contains(page.String(), "median distance") {
		t.Errorf("the page has no median distance: %v", err)
	}
}

// Two benchmarks differ where only the distances do, which no accuracy shows.
func TestCompareDistances(t *testing.T) {
	var both [2]*builder
	for i, d := range []float32{.5, .25} {
		both[i] = newBuilder(t, 3, "net")
		both[i].add(0, "deepfool{norm=l2}", 0, 0)
		for k := range 3 {
			both[i].Entries[0].Result.Answers[k].Distance = d
		}
	}
	d, err := Compare(both[0].Results, both[1].Results)
	if err != nil || d.Identical || d.Different != 1 || d.Significant != 0 || !near(d.Compared[0].MedianDistanceA, .5) || !near(d.Compared[0].MedianDistanceB, .25) {
		t.Fatalf("%+v, %v", d, err)
	}
	var text, table bytes.Buffer
	d.WriteText(&text)
	if err := d.WriteCSV(&table); err != nil || !strings.Contains(text.String(), "median distance 0.5 and 0.25\n") || !strings.HasSuffix(table.String(), ",0.5,0.25\n") {
		t.Errorf("%v\n%s\n%s", err, &text, &table)
	}
}
