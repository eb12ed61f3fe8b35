package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"steady/core/bench"
	"steady/core/img"
	"steady/core/score"
)

const hostile = `<img src=x onerror="alert(1)">'&`

// everything has two networks under corruptions and attacks, and names that want to be markup.
func everything(t *testing.T) *builder {
	b := newBuilder(t, 120, "a", hostile)
	for network := range b.Networks {
		b.add(network, "clean", 0, 110)
		for k, c := range []string{"fog", "snow", "gaussian_noise", "glass_blur"} {
			for s, text := range []string{"1", "3", "5"} {
				b.add(network, c+"{severity="+text+"}", network, 100-10*k-20*s)
			}
		}
		b.add(network, "laugros/rain{severity=range}", 0, 30)
		for k, eps := range []string{"1/255", "4/255", "64/255"} {
			b.add(network, "pgd{eps="+eps+"}", 0, 90-20*k)
		}
		b.add(network, "fgsm{eps=4/255}", 0, 60)
	}
	b.Runs = []Run{{At: "2026-01-02T03:04:05.678Z", Program: "1.0", Command: "steady bench run </script>", Spec: []byte(`{"seed":0,"x":"</script>"}`)}}
	b.Networks[0].File = "</title>"
	return b
}

func image(side int) func(int, bench.Perturbation, int) (*img.Image, error) {
	return func(int, bench.Perturbation, int) (*img.Image, error) { return img.New(side, side), nil }
}

// write returns the page of results, and checks what every page must be.
func (b *builder) write(o HTMLOptions) string {
	b.t.Helper()
	var page, again bytes.Buffer
	for _, to := range []*bytes.Buffer{&page, &again} {
		if err := b.report(Options{}).WriteHTML(to, o); err != nil {
			b.t.Fatal(err)
		}
	}
	if page.String() != again.String() {
		b.t.Error("a page is other bytes the second time")
	}
	checkPage(b.t, page.String())
	return page.String()
}

var (
	scriptOrStyle = regexp.MustCompile(`(?s)<(script|style)>.*?</(script|style)>`)
	resource      = regexp.MustCompile(`(?i)(?:src|href|action|srcset|poster|data)="([^"]*)"|url\(([^)]*)\)|@import|<link|<iframe|<object`)
	identity      = regexp.MustCompile(` id="([^"]*)"`)
)

// checkPage checks that a page is well-formed, needs nothing from elsewhere, and has no identity twice.
func checkPage(t testing.TB, page string) {
	t.Helper()
	if !strings.HasPrefix(page, "<!DOCTYPE html>\n") {
		t.Errorf("begins with %.40q", page)
	}
	d := xml.NewDecoder(strings.NewReader(scriptOrStyle.ReplaceAllString(page, "")))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
	}
	for _, m := range resource.FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(m[1], "#") && !strings.HasPrefix(m[1], "data:image/") {
			t.Errorf("a page that loads %.80q", m[0])
		}
	}
	if rest := strings.ReplaceAll(page, `xmlns="http://www.w3.org/2000/svg"`, ""); strings.Contains(rest, "://") {
		t.Errorf("an address: %.80s", rest[strings.Index(rest, "://")-10:])
	}
	seen := map[string]bool{}
	for _, m := range identity.FindAllStringSubmatch(page, -1) {
		if seen[m[1]] {
			t.Errorf("the identity %s is there twice", m[1])
		}
		seen[m[1]] = true
	}
	for _, text := range []string{"NaN", "Inf", "%!", "<no value>", "ZgotmplZ"} {
		if shown := scriptOrStyle.ReplaceAllString(page, ""); strings.Contains(shown, text) {
			t.Errorf("a page with %s: %.200s", text, shown[max(strings.Index(shown, text)-100, 0):])
		}
	}
	// The script is the only one, and what the policy allows.
	if strings.Count(page, "<script") != 1 || !strings.Contains(page, "<script>'use strict';") || strings.Count(page, "</script>") != 1 {
		t.Error("another script than the page's own")
	}
}

func TestHTML(t *testing.T) {
	b := everything(t)
	page := b.write(HTMLOptions{Image: image(32)})
	for _, text := range []string{
		`<h2 id="corruptions">`, `<h2 id="attacks">`, `<h2 id="examples">`, `<h2 id="pairs">`, `<h2 id="classes">`, `<h2 id="calibration">`, `<h2 id="methods">`,
		"&lt;img src=x onerror=", "&lt;script&gt;alert(1)", "steady bench run &lt;/script&gt;", "data:image/png;base64,", "no_such_thing",
	} {
		if strings.Contains(page, text) == (text == "no_such_thing") {
			t.Errorf("%s", text)
		}
	}
	for _, text := range []string{"<img src=x", "<script>alert", "</title><"} {
		if strings.Contains(strings.Replace(page, "</title>\n<", "", 1), text) {
			t.Errorf("the page has %s", text)
		}
	}
	// Three corruptions with six images each, clean and corrupted.
	if n := strings.Count(page, "<img "); n != 3*6*2 {
		t.Errorf("%d images", n)
	}
	// A heat map has a number for each cell and mean: four corruptions at three severities, one without any.
	if n := strings.Count(page, "<rect "); n != 2*(4*4+1) {
		t.Errorf("%d cells in heat maps", n)
	}
	if !strings.Contains(page, "with so large an eps nothing should be left") {
		t.Error("no warning of a curve that stays up")
	}
	large := b.write(HTMLOptions{Image: image(300)})
	if !strings.Contains(large, "data:image/jpeg;base64,") || strings.Contains(large, `class="pixels"`) {
		t.Error("large images")
	}
}

func TestHTMLOfLittle(t *testing.T) {
	build := func(images int, cells ...string) *builder {
		b := newBuilder(t, images, "a")
		for _, c := range cells {
			b.add(0, c, 0, images/2)
		}
		return b
	}
	failed := build(10, "clean", "fog{severity=1}", "snow{severity=1}")
	failed.add(0, "fog{severity=2}", 0, -1)
	failed.add(0, "fog{severity=3}", 0, -1)
	failed.Failed, failed.Failures = 1, []Failure{{"a", "fog{severity=2}", 0, 10, "no <b>memory</b>"}}
	for name, c := range map[string]struct {
		b          *builder
		want, lack string
	}{
		"nothing":          {&builder{t: t}, "Robustness of 0 networks", "<svg"},
		"one network":      {build(10, "clean", "fog{severity=1}", "fog{severity=2}"), "a classifies 50.0\u00a0% of clean images correctly.", `id="pairs"`},
		"no corruption":    {build(10, "clean"), "Classes</h2>", `id="corruptions"`},
		"no clean images":  {build(10, "fog{severity=1}"), "Corruptions</h2>", `id="classes"`},
		"only attacks":     {build(10, "clean", "fgsm", "pgd"), "Attacks</h2>", `id="corruptions"`},
		"one image":        {build(1, "clean", "fog{severity=1}"), "1 image of", "0.0–0.0"},
		"failed":           {failed, "no &lt;b&gt;memory", "50.0\u00a0% remain"},
		"nothing measured": {unmeasured(t), "0 of 2 cells", "<td data-value=\"0"},
	} {
		page := c.b.write(HTMLOptions{NoImages: "Where are <i>the images</i>?"})
		if !strings.Contains(page, c.want) || strings.Contains(page, c.lack) {
			t.Errorf("%s: want %q and not %q in %s", name, c.want, c.lack, scriptOrStyle.ReplaceAllString(page, ""))
		}
	}
	if page := failed.write(HTMLOptions{}); !strings.Contains(page, ">×<") || !strings.Contains(page, ">–<") {
		t.Error("a failed cell and a missing one are not told apart")
	}
	b := build(10, "clean", "fog{severity=1}")
	if page := b.write(HTMLOptions{NoImages: "Where are <i>the images</i>?"}); !strings.Contains(page, "Where are &lt;i&gt;the images") {
		t.Error("a page does not say why it has no images")
	}
	wrong := errors.New("damaged")
	err := b.report(Options{}).WriteHTML(io.Discard, HTMLOptions{Image: func(int, bench.Perturbation, int) (*img.Image, error) { return nil, wrong }})
	if !errors.Is(err, wrong) {
		t.Error(err)
	}
}

// A page says of an mCE what it is relative to, and that grown frost makes it incomparable.
func TestHTMLOfImageNetC(t *testing.T) {
	b := newBuilder(t, 100, "a", "b")
	b.imageNetC(0)
	b.imageNetC(1)
	page := b.write(HTMLOptions{})
	for _, text := range []string{"mCE is the mean corruption error over 15 corruptions, relative to AlexNet", "not comparable, frost is grown", "<th scope=\"col\">relative mCE*</th>", "* mCE is the", "Frost is grown by a simulation"} {
		if !strings.Contains(page, text) {
			t.Errorf("no %q", text)
		}
	}
	b.Networks[0].Cell.Overlays = "hash of photographs"
	page = b.write(HTMLOptions{})
	for _, text := range []string{"<p class=\"soft\">a: mCE is the", "<p class=\"soft\">b: * mCE is the", "<th scope=\"col\">mCE*</th>", "cannot be compared"} {
		if !strings.Contains(page, text) {
			t.Errorf("no %q where only one network's frost is grown", text)
		}
	}
}

// The answer names a network only if it alone is the best of all.
func TestAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		right [2]int // under fog; -1 for not measured
		want  string
		best  int // figures in bold
	}{
		"the first":  {[2]int{7, 4}, "a is the most accurate under corruption: 70.0 %, in the mean over 1 corruption", 2}, // and R
		"the second": {[2]int{4, 7}, "b is the most accurate under corruption", 2},
		"both":       {[2]int{4, 4}, "", 0},
		"one known":  {[2]int{4, -1}, "", 0},
	} {
		b := newBuilder(t, 10, "a", "b")
		for network, right := range c.right {
			b.add(network, "clean", 0, 9)
			b.add(network, "fog{severity=1}", 0, right)
		}
		p := &page{Report: b.report(Options{})}
		p.fillResult()
		best := 0
		for _, r := range p.Result.Rows {
			for _, cell := range r.Cells[:3] {
				if cell.Best {
					best++
				}
			}
		}
		if text := strings.Join(p.Answer, " "); c.want == "" && text != "" || !strings.HasPrefix(text, c.want) || best != c.best {
			t.Errorf("%s: %q with %d figures in bold, want %q with %d", name, text, best, c.want, c.best)
		}
	}
}

func unmeasured(t *testing.T) *builder {
	b := newBuilder(t, 10, "a")
	b.add(0, "clean", 0, -1)
	b.add(0, "fog{severity=1}", 0, -1)
	return b
}

// Cells of other numbers of images, and networks of other images, are shown side by side and not compared.
func TestHTMLOfDifferentImages(t *testing.T) {
	b := newBuilder(t, 10, "a", "b")
	b.Networks[1].Cell.Data = "another hash"
	b.Networks[1].Labels = b.Networks[1].Labels[:7]
	for network := range b.Networks {
		b.add(network, "clean", 0, 5)
		b.add(network, "fog{severity=1}", 0, 5)
	}
	b.Networks[0].Labels = b.Networks[0].Labels[:4]
	b.add(0, "fog{severity=2}", 0, 2)
	b.Networks[0].Labels = newBuilder(t, 10, "a").Networks[0].Labels
	page := b.write(HTMLOptions{Image: image(32)})
	if !strings.Contains(page, "cannot be compared") || strings.Contains(page, `id="pairs"`) || strings.Contains(page, "<img ") {
		t.Error(scriptOrStyle.ReplaceAllString(page, ""))
	}
}

// Networks under other severities have no examples of a corruption in common.
func TestHTMLOfDifferentSeverities(t *testing.T) {
	b := newBuilder(t, 10, "a", "b")
	for network, severity := range []string{"1", "5"} {
		b.add(network, "clean", 0, 8)
		b.add(network, "fog{severity="+severity+"}", 0, 4)
		b.add(network, "snow{severity=3}", 0, 6)
	}
	page := b.write(HTMLOptions{Image: image(32)})
	if !strings.Contains(page, "<h3>snow{severity=3}") || strings.Contains(page, "<h3>fog") || !strings.Contains(page, "b, fog, severity 5: 40.0 %") {
		t.Error(scriptOrStyle.ReplaceAllString(page, ""))
	}
}

// Two classes may have the same name, as the cranes of ImageNet do: they are sorted by their own accuracies.
func TestClassesOfTheSameName(t *testing.T) {
	b := newBuilder(t, 9, "a")
	b.Networks[0].Classes = []string{"crane", "dog", "crane"}
	b.add(0, "clean", 0, 9)
	for i, l := range b.Networks[0].Labels { // 0, 1 and 3 of three are right
		if l == 0 || l == 1 && i > 2 {
			b.Entries[0].Result.Answers[i].Class = 2
		}
	}
	p := page{Report: b.report(Options{})}
	p.fillClasses()
	var shown []string
	for _, r := range p.Classes[0].Table.Rows {
		shown = append(shown, r.Name+" "+r.Cells[1].Text)
	}
	if got := strings.Join(shown, ", "); got != "crane 0.0, dog 33.3, crane 100.0" {
		t.Error(got)
	}
}

func TestLabels(t *testing.T) {
	for _, label := range []int{-1, 1 << 40} {
		b := newBuilder(t, 3, "a")
		b.add(0, "clean", 0, 3)
		b.Networks[0].Labels[1] = label
		if _, err := New(b.Results, Options{}); err == nil || !strings.Contains(err.Error(), "image 1 of a has the label") {
			t.Errorf("a label %d: %v", label, err)
		}
	}
}

// Intervals of accuracies are Wilson's for a cell, and never beyond 0 and 1.
func TestSharesInterval(t *testing.T) {
	b := newBuilder(t, 10, "a")
	b.add(0, "fog{severity=1}", 0, 10)
	b.add(0, "fog{severity=2}", 0, 9)
	r := b.report(Options{})
	s := r.summaries[0]
	entries := []*Entry{&r.results.Entries[0], &r.results.Entries[1]}
	if i := s.sharesInterval(entries[:1]); i != (score.Interval{Lower: r.Cells[0].Lower, Upper: r.Cells[0].Upper}) || i.Lower > .75 {
		t.Errorf("a cell: %+v", i)
	}
	if i := s.sharesInterval(entries); i.Upper != 1 || i.Lower < .8 || i.Lower > .9 {
		t.Errorf("the mean of two: %+v", i)
	}
}
