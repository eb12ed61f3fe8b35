package report

import (
	"bytes"
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
	if err := r.WriteHTML(&page, HTMLOptions{}); err != nil || !strings.Contains(page.String(), "median distance") {
		t.Errorf("the page has no median distance: %v", err)
	}
}
