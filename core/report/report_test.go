package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/bench"
	"steady/core/corrupt"
)

// builder makes results. Label i is i modulo the number of classes.
type builder struct {
	t testing.TB
	Results
}

func newBuilder(t *testing.T, images int, networks ...string) *builder {
	b := &builder{t: t, Results: Results{Name: "run.db"}}
	for _, name := range networks {
		n := Network{Name: name, File: name + ".onnx", DataName: "data", Classes: []string{"cat", "dog", "<script>alert(1)</script>"},
			Cell: bench.Cell{Network: "hash of " + name, Data: "hash", Preparation: "input=3×32×32", N: images}}
		for i := range images {
			n.Labels = append(n.Labels, i%len(n.Classes))
		}
		b.Networks = append(b.Networks, n)
	}
	return b
}

// add adds an entry of a network that is right about so many images, beginning with one; -1 for one that was not measured.
func (b *builder) add(network int, perturbation string, from, right int) {
	b.t.Helper()
	p, err := bench.Parse(perturbation)
	if err != nil {
		b.t.Fatal(err)
	}
	n := &b.Networks[network]
	e := Entry{Network: network, Perturbation: p, Images: len(n.Labels)}
	b.Planned++
	if right >= 0 {
		b.Done++
		e.Result = &bench.Result{Right: right, Backend: "cpu", Machine: "AVX2", Seconds: 1}
		for i, l := range n.Labels {
			if (i-from+len(n.Labels))%len(n.Labels) >= right {
				l = (l + 1) % len(n.Classes)
			}
			e.Result.Answers = append(e.Result.Answers, bench.Answer{Class: l, Confidence: .75})
		}
	}
	b.Entries = append(b.Entries, e)
}

func (b *builder) report(o Options) *Report {
	b.t.Helper()
	r, err := New(b.Results, o)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func near(v *float64, want float64) bool { return v != nil && math.Abs(*v-want) < 1e-12 }

// A table computed by hand: of 10 images, fog at three severities and snow at one.
func TestFigures(t *testing.T) {
	b := newBuilder(t, 10, "a", "b")
	for network, right := range [][]int{{8, 6, 4, 2, 2, 3, 5}, {10, 10, 10, 10, 10, 10, 10}} {
		for i, p := range []string{"clean", "fog{severity=5}", "fog{severity=1}", "fog{severity=3}", "snow{severity=2}", "pgd{eps=8/255}", "fgsm{eps=8/255}"} {
			b.add(network, p, 0, right[i])
		}
	}
	r := b.report(Options{})
	m := r.Models[0]
	// Over severities first: fog has (.6 + .4 + .2)/3 = .4, snow .2; over the four cells it would be .35.
	for _, c := range []struct {
		name string
		got  *float64
		want float64
	}{{"clean", m.Clean, .8}, {"corrupted", m.Corrupted, .3}, {"R", m.Robustness, .3 / .8}, {"attacked", m.Attacked, .3},
		{"ECE", m.ECE, .05}, // |.8 - .75|
		{"corrupted ECE", m.CorruptedECE, ((.15+.35+.55)/3 + .55) / 2}} {
		if !near(c.got, c.want) {
			t.Errorf("%s is %v, want %g", c.name, c.got, c.want)
		}
	}
	if m.AttackedBy != "pgd{norm=linf}" || !near(&m.AttackedInterval.Lower, r.Cells[5].Lower) {
		t.Errorf("attacked by %s, %+v", m.AttackedBy, m.AttackedInterval)
	}
	// The first are right in all cells, the last in none, so that the mean varies as images do.
	if i := m.CorruptedInterval; i == nil || i.Lower > .15 || i.Upper < .45 || i.Lower < 0 {
		t.Errorf("interval of the mean: %+v", i)
	}
	if i := m.RobustnessInterval; i == nil || i.Lower >= .3/.8 || i.Upper <= .3/.8 {
		t.Errorf("interval of R: %+v", i)
	}
	if c := m.Corruptions[0]; c.Name != "fog" || !slices.Equal(c.Severities, []string{"1", "3", "5"}) || !near(c.Accuracies[0], .4) || !near(c.Accuracies[2], .6) || !near(c.Accuracy, .4) {
		t.Errorf("%+v", c)
	}
	if m.CorruptionError != nil {
		t.Errorf("mCE without a reference: %+v", m.CorruptionError)
	}
	// Relative to the other, which makes no errors, there is none; of it relative to the first there is.
	if m := b.report(Options{Reference: "b"}).Models[0]; m.CorruptionError != nil || len(m.Notes) != 1 || !strings.Contains(m.Notes[0], "makes no error") {
		t.Errorf("%+v, %v", m.CorruptionError, m.Notes)
	}
	if e := b.report(Options{Reference: "a"}).Models[1].CorruptionError; e.Value != 0 || e.Comparable || e.Reference != "a" {
		t.Errorf("%+v", e)
	}
	if _, err := New(b.Results, Options{Reference: "c"}); !errors.Is(err, ErrReference) {
		t.Error(err)
	}
}

// Relative to a network: fog has .6/.3, snow .8/.4 of its errors; what corruptions add is .4/.2 and .6/.3.
func TestReference(t *testing.T) {
	b := newBuilder(t, 100, "a", "b")
	for network, right := range [][]int{{80, 40, 20, 30}, {90, 70, 60, 30}} {
		for i, p := range []string{"clean", "fog{severity=range}", "fog{severity=1}", "snow{severity=2}", "spatter{severity=2}"} {
			if i != 1 {
				b.add(network, p, 0, right[max(i-1, 0)])
			}
		}
	}
	e := b.report(Options{Reference: "b"}).Models[0].CorruptionError
	if e == nil || !near(&e.Value, 2) || !near(e.Relative, 2) || !slices.Equal(e.Corruptions, []string{"fog", "snow"}) {
		t.Fatalf("%+v", e)
	}
	if e.Interval == nil || e.Interval.Lower > 1.9 || e.Interval.Upper < 2.1 || e.RelativeInterval == nil || e.RelativeInterval.Lower >= e.RelativeInterval.Upper {
		t.Errorf("%+v %+v", e.Interval, e.RelativeInterval)
	}
	// Relative to itself a network has 1, whatever the images.
	if e := b.report(Options{Reference: "a"}).Models[0].CorruptionError; e.Value != 1 || math.Abs(e.Interval.Lower-1) > 1e-9 || math.Abs(e.Interval.Upper-1) > 1e-9 {
		t.Errorf("%+v %+v", e, e.Interval)
	}
}

// Of an attack at several eps, what is above the usual one is no figure of a network.
func TestAttackedCurve(t *testing.T) {
	b := newBuilder(t, 10, "a")
	for i, p := range []string{"clean", "pgd{eps=4/255}", "pgd{eps=8/255}", "pgd{eps=64/255}", "fgsm{eps=16/255}"} {
		b.add(0, p, 0, []int{9, 6, 4, 0, 5}[i])
	}
	if m := b.report(Options{}).Models[0]; !near(m.Attacked, .4) || m.attacks != 3 {
		t.Errorf("%v, of %d", m.AttackedBy, m.attacks)
	}
	b = newBuilder(t, 10, "a")
	b.add(0, "pgd{eps=16/255}", 0, 2)
	b.add(0, "pgd{eps=32/255}", 0, 1)
	if m := b.report(Options{}).Models[0]; !near(m.Attacked, .1) || m.attacks != 2 {
		t.Errorf("%v, of %d", m.AttackedBy, m.attacks)
	}
}

// imageNetC adds all cells of ImageNet-C, with half of the images right.
func (b *builder) imageNetC(network int) {
	b.Networks[network].Cell.Preparation, b.Networks[network].Classes = publishedPreparation, make([]string, publishedClasses)
	b.add(network, "clean", 0, 70)
	for _, c := range corrupt.In(corrupt.ImageNetC) {
		for s := 1; s <= 5; s++ {
			b.add(network, fmt.Sprintf("%s{severity=%d,profile=imagenet,jpeg=85}", c.Name, s), s, 50)
		}
	}
}

func TestAlexNet(t *testing.T) {
	b := newBuilder(t, 100, "a")
	b.imageNetC(0)
	b.add(0, "spatter{severity=1,profile=imagenet,jpeg=85}", 0, 0)
	want := 0. // .5 over each published error
	for _, v := range []float64{.886428, .894468, .922640, .819880, .826268, .785948, .798360, .866816, .826572, .819324, .564592, .853204, .646056, .717840, .606500} {
		want += .5 / v / 15
	}
	e := b.report(Options{}).Models[0].CorruptionError
	if e == nil || !near(&e.Value, want) || len(e.Corruptions) != 15 || e.Comparable || !strings.Contains(e.remark(), "not comparable, frost is grown") ||
		!strings.Contains(e.remark(), "unverified") || !strings.Contains(e.remark(), "of 100 images") || e.Relative == nil || e.Interval == nil {
		t.Fatalf("%+v", e)
	}
	b.Networks[0].Cell.Overlays = "hash"
	if e := b.report(Options{}).Models[0].CorruptionError; !e.Comparable {
		t.Errorf("with photographs of frost: %+v", e)
	}
	// From files, frost is not grown here, whatever else there is.
	b.Networks[0].Cell.Overlays = ""
	for i := range b.Entries {
		if c, o, _ := b.Entries[i].Perturbation.Corruption(); c != nil && c.Name != "fog" {
			b.Entries[i].Perturbation, _ = bench.FromFiles(c, o.Severity, fmt.Sprintf("%x", i))
		}
	}
	b.add(0, "frost{severity=1,profile=imagenet,jpeg=85}", 0, 3)
	if e := b.report(Options{}).Models[0].CorruptionError; e == nil || !near(&e.Value, want) || !e.Comparable || !strings.Contains(e.remark(), "images of 14 corruptions are from files") {
		t.Errorf("from files: %+v", e)
	}
	for what, change := range map[string]func(b *builder){
		"another size":    func(b *builder) { b.Networks[0].Cell.Preparation = "resize=256 crop input=3×227×227" },
		"other classes":   func(b *builder) { b.Networks[0].Classes = make([]string, 10) },
		"a missing cell":  func(b *builder) { b.Entries[3].Result = nil },
		"fewer cells":     func(b *builder) { b.Entries = slices.Delete(b.Entries, 3, 4) },
		"no clean images": func(b *builder) { b.Entries = b.Entries[1:] },
		"no compression": func(b *builder) {
			b.Entries[3].Perturbation, _ = bench.Parse("shot_noise{severity=3,profile=imagenet}")
		},
	} {
		b := newBuilder(t, 100, "a")
		b.imageNetC(0)
		change(b)
		if e := b.report(Options{}).Models[0].CorruptionError; e != nil {
			t.Errorf("%s: %+v", what, e)
		}
	}
}

// What is missing is in no mean, and of cells with other numbers of images there are no intervals.
func TestIncomplete(t *testing.T) {
	b := newBuilder(t, 10, "a")
	b.add(0, "clean", 0, 9)
	b.add(0, "fog{severity=1}", 0, 8)
	b.add(0, "fog{severity=2}", 0, -1)
	b.add(0, "fgsm{eps=8/255}", 0, 8)
	b.add(0, "pgd{eps=8/255}", 0, -1)
	r := b.report(Options{})
	if m := r.Models[0]; m.Corrupted != nil || m.Robustness != nil || m.Attacked != nil || m.CorruptedInterval != nil || m.Corruptions[0].Accuracy != nil || len(r.Cells) != 3 {
		t.Errorf("%+v", m)
	}
	b = newBuilder(t, 10, "a")
	b.add(0, "clean", 0, 9)
	b.Networks[0].Labels = b.Networks[0].Labels[:5]
	b.add(0, "fog{severity=1}", 0, 4)
	b.Networks[0].Labels = []int{0, 1, 2, 0, 1, 2, 0, 1, 2, 0}
	if m := b.report(Options{}).Models[0]; !near(m.Corrupted, .8) || m.CorruptedInterval != nil || m.CleanInterval == nil {
		t.Errorf("%+v", m)
	}
	// An answer without a label.
	b.Networks[0].Labels = b.Networks[0].Labels[:9]
	if _, err := New(b.Results, Options{}); err == nil || !strings.Contains(err.Error(), "clean of a has 10 answers, but 9 labels") {
		t.Error(err)
	}
	// Nothing at all.
	var empty bytes.Buffer
	(&builder{t: t}).report(Options{}).WriteText(&empty)
	if !strings.Contains(empty.String(), "0 of 0") {
		t.Error(empty.String())
	}
}

func TestWriters(t *testing.T) {
	b := newBuilder(t, 10, "a", "b")
	b.add(0, "clean", 0, 9)
	b.add(1, "clean", 0, 8)
	b.add(0, "fog{severity=1}", 0, 5)
	b.add(1, "fog{severity=1}", 0, 4)
	r := b.report(Options{})
	var text, table bytes.Buffer
	r.WriteText(&text)
	if !strings.Contains(text.String(), "mean over 1 cell;") || strings.Contains(text.String(), "cannot be compared") {
		t.Error(text.String())
	}
	if err := r.WriteCSV(&table); err != nil || strings.Count(table.String(), "\n") != 5 || !strings.Contains(table.String(), "\na,fog{severity=1},fog,1,,10,5,0.5,") {
		t.Errorf("%s, %v", table.String(), err)
	}
	var back map[string]any
	j, err := json.Marshal(r)
	if err != nil || json.Unmarshal(j, &back) != nil || back["cells_done"] != 4. {
		t.Errorf("%s, %v", j, err)
	}
	b.add(1, "fog{severity=2}", 0, 4)
	text.Reset()
	if r := b.report(Options{}); len(r.Notes) != 1 {
		t.Error(r.Notes)
	} else if r.WriteText(&text); !strings.Contains(text.String(), "cannot be compared") {
		t.Error(text.String())
	}
}

// At sizes that no constants were published for, figures are marked.
func TestPublishedSizes(t *testing.T) {
	for size, want := range map[string]string{
		"32×32": "", "224×224": "", "28×28": "images of 28×28 are corrupted with the constants for 32×32 (profile cifar): not comparable",
		"64×64": "images of 64×64 are corrupted with the constants for 32×32 (profile cifar)", "96×96": "constants for 224×224 (profile imagenet)",
		"299×299": "images of 299×299 are", "224×32": "images of 32×224 are corrupted with the constants for 32×32",
	} {
		b := newBuilder(t, 10, "a")
		b.Networks[0].Cell.Preparation = "resize=300 crop input=3×" + size
		b.add(0, "fog{severity=1}", 0, 5)
		m := b.report(Options{}).Models[0]
		if len(m.Notes) != min(len(want), 1) || want != "" && !strings.Contains(m.Notes[0], want) {
			t.Errorf("%s: %q, want %q", size, m.Notes, want)
		}
		b.Entries = nil
		b.add(0, "fog{severity=1,files=ab}", 0, 5)
		b.add(0, "laugros/hue{severity=1}", 0, 5)
		if m := b.report(Options{}).Models[0]; len(m.Notes) != 0 || m.Corruptions[0].Profile != "" || !m.Corruptions[0].Files {
			t.Errorf("%s: %+v", size, m)
		}
	}
	b := newBuilder(t, 10, "a", "b")
	var text bytes.Buffer
	for i := range 3 {
		if i < 2 {
			b.Networks[i].Cell.Preparation = "input=3×64×64"
			b.add(i, "fog{severity=1}", 0, 5)
		} else {
			b.Networks[0].Cell.Preparation = "input=3×32×32"
		}
		text.Reset()
		b.report(Options{}).WriteText(&text)
		want := []string{"\na: images of 64×64", "\nimages of 64×64", "\nb: images of 64×64"}[i]
		if !strings.Contains(text.String(), want) || strings.Count(text.String(), "64×64") != 1 {
			t.Errorf("%s, want %q", text.String(), want)
		}
	}
	b = newBuilder(t, 10, "a")
	b.add(0, "fog{severity=1,profile=imagenet}", 0, 5)
	if m := b.report(Options{}).Models[0]; len(m.Notes) != 1 || m.Corruptions[0].Profile != "imagenet" {
		t.Errorf("constants of another size: %+v", m)
	}
}
