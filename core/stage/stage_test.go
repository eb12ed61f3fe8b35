package stage

import (
	"fmt"
	"image/color"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const ms = time.Millisecond

func choices(n int) (list []Choice) {
	for i := range n {
		list = append(list, Choice{fmt.Sprint("c", i), fmt.Sprint("corruption ", i)})
	}
	return list
}

func newStage() *Stage {
	return New(Options{Network: "net", Source: "test pattern", Corruptions: choices(12), Corruption: "c2"})
}

func plain(w, h int, v byte) []byte {
	pix := make([]byte, 4*w*h)
	for i := range pix {
		pix[i] = v
	}
	return pix
}

// reply answers a request: the original is class 1, what else there is of class other.
func reply(q Request, other int) Answer {
	seen := func(v byte, class int) Seen {
		return Seen{q.W, q.H, plain(q.W, q.H, v), []Label{{class, fmt.Sprint("class ", class), 0.8}, {9, "class 9", 0.15}, {8, "class 8", 0.05}}}
	}
	a := Answer{Number: q.Number, Setting: q.Setting, Original: seen(100, 1)}
	if q.Setting.Mosaic != nil {
		for i := range q.Setting.Mosaic {
			a.Tiles = append(a.Tiles, seen(byte(i), other))
		}
		return a
	}
	c := seen(110, 1)
	a.Corrupted = &c
	if q.Setting.Attack != NoAttack {
		v := seen(104, other)
		a.Adversary = &v
	}
	return a
}

func TestFramesAreDroppedWhileOneIsUnderWay(t *testing.T) {
	s := newStage()
	if _, ok := s.Next(0); ok {
		t.Fatal("a request without a frame")
	}
	s.Offer(0, plain(4, 4, 1), 4, 4)
	first, ok := s.Next(0)
	if !ok || first.Frame != 1 || first.Pixels[0] != 1 {
		t.Fatalf("first request: %+v, %v", first, ok)
	}
	for i := byte(2); i <= 5; i++ {
		s.Offer(time.Duration(i)*ms, plain(4, 4, i), 4, 4)
		if _, ok := s.Next(time.Duration(i) * ms); ok {
			t.Fatal("a second request while one is under way")
		}
	}
	if first.Pixels[0] != 1 {
		t.Fatal("the pixels under way have changed")
	}
	s.Answer(6*ms, Answer{Number: first.Number + 1})
	if _, ok := s.Next(6 * ms); ok || s.Counts().Stale != 1 {
		t.Fatal("an answer to another request has ended this one")
	}
	s.Answer(7*ms, reply(first, 2))
	second, ok := s.Next(7 * ms)
	if !ok || second.Frame != 5 || second.Pixels[0] != 5 {
		t.Fatalf("second request: frame %d, %v: want the newest, 5", second.Frame, ok)
	}
	want := Counts{Frames: 5, Dropped: 3, Asked: 2, Answered: 1, Stale: 1}
	if s.Counts() != want {
		t.Fatalf("%+v, want %+v", s.Counts(), want)
	}
	if s.Latency.N() != 1 || s.Latency.Mean() != 7*ms {
		t.Errorf("latency %v", s.Latency.Mean())
	}
}

// A frame that is held is asked for again and again, with its number, and what the camera sends is ignored.
func TestHeld(t *testing.T) {
	s := newStage()
	s.Offer(0, plain(4, 4, 1), 4, 4)
	q, _ := s.Next(0)
	s.Answer(ms, reply(q, 2))
	s.Press("space")
	s.Offer(2*ms, plain(4, 4, 2), 4, 4)
	s.Press("5")
	for range 2 {
		q, ok := s.Next(3 * ms)
		if !ok || q.Frame != 1 || q.Pixels[0] != 1 || q.Setting.Severity != 5 {
			t.Fatalf("held: %+v, %v", q, ok)
		}
		s.Answer(4*ms, reply(q, 2))
	}
	s.Press("space")
	if _, ok := s.Next(5 * ms); ok {
		t.Fatal("the held frame is asked for after it was let go")
	}
	s.Offer(6*ms, plain(4, 4, 3), 4, 4)
	if q, ok := s.Next(6 * ms); !ok || q.Frame != 2 {
		t.Fatalf("after: %+v, %v", q, ok)
	}
}

// What moves depends on the time only, not on the number of steps.
func TestMovesByTime(t *testing.T) {
	way := func(step time.Duration) (Bar, float64) {
		s := newStage()
		for _, class := range []int{1, 2} {
			s.Offer(0, plain(4, 4, 1), 4, 4)
			q, _ := s.Next(0)
			a := reply(q, 2)
			a.Original.Top = []Label{{class, "x", 0.9}, {3 - class, "y", 0.1}}
			s.Answer(0, a)
		}
		s.lineAt = 1
		for now := time.Duration(0); now <= 120*ms; now += step {
			s.Scene(now, 800, 600)
		}
		i := slices.IndexFunc(s.panels[Original].shown, func(b Bar) bool { return b.Class == 2 })
		return s.panels[Original].shown[i], s.line
	}
	a, lineA := way(ms)
	b, lineB := way(40 * ms)
	if math.Abs(a.P-b.P) > 1e-9 || math.Abs(a.Row-b.Row) > 1e-9 || math.Abs(lineA-lineB) > 1e-9 {
		t.Errorf("in 120 steps %+v, line %g; in 3 %+v, line %g", a, lineA, b, lineB)
	}
	if want := 0.9 - 0.9*math.Exp(-1); math.Abs(a.P-want) > 1e-9 {
		t.Errorf("after one time constant P is %g, want %g", a.P, want)
	}
}

func TestMagnification(t *testing.T) {
	var a, b Image
	a.set([]byte{100, 100, 100, 255, 7, 7, 7, 255}, 2, 1)
	b.set([]byte{108, 96, 100, 255, 7, 7, 7, 255}, 2, 1)
	if times := magnification(&a, &b); times != 15 {
		t.Errorf("%d times, want 127/8 = 15", times)
	}
	b.Pix[0] = 255
	if times := magnification(&a, &b); times != 1 {
		t.Errorf("a large difference %d times", times)
	}
	if times := magnification(&a, &a); times != 0 {
		t.Errorf("the same image %d times", times)
	}
	if times := magnification(&a, &Image{}); times != 0 {
		t.Errorf("nothing %d times", times)
	}
}

// A picture of another corruption or attack takes the place of the one before by and by, by time; one of another frame, or where
// nothing glides, at once.
func TestFade(t *testing.T) {
	for _, calm := range []bool{false, true} {
		s := New(Options{Corruptions: choices(12), Attack: Universal, Calm: calm})
		fade := func(at time.Duration, id ImageID) float64 {
			for _, i := range s.Scene(at, 1280, 720).Items {
				if i.Kind == Show && i.View.Image == id {
					if i.View.Fade > 0 && s.Image(i.View.Before).W == 0 {
						t.Error("it fades from nothing")
					}
					return i.View.Fade
				}
			}
			t.Errorf("image %d is not shown", id)
			return 0
		}
		play(s, 0, time.Second, 2)
		if f := fade(time.Second, Corrupted); f != 0 {
			t.Errorf("%g although nothing is new", f)
		}
		s.Press("right")
		play(s, time.Second, time.Second+50*ms, 2) // answered after 20 ms
		var list []float64
		for _, after := range []time.Duration{0, 100 * ms, 150 * ms, 299 * ms, 300 * ms} {
			list = append(list, math.Round(1000*fade(time.Second+20*ms+after, Corrupted)))
		}
		want := []float64{1000, 741, 500, 0, 0}
		if calm {
			want = make([]float64, 5)
		}
		if !slices.Equal(list, want) {
			t.Errorf("calm %v: %v thousandths of the image before are seen, want %v", calm, list, want)
		}
		if f := fade(time.Second+100*ms, Original); f != 0 {
			t.Errorf("the original fades, %g", f)
		}
		// The bytes are those of the newest answer meanwhile.
		s.Press("right")
		play(s, 2*time.Second, 2*time.Second+50*ms, 2)
		if v := s.Image(Corrupted).Pix[0]; v != 110 {
			t.Errorf("a pixel is %d", v)
		}
	}
}

func TestTimeline(t *testing.T) {
	var line timeline
	cat, dog := Label{Class: 1, Name: "cat"}, Label{Class: 2, Name: "dog"}
	for i := range 40 { // twenty seconds, every half second; the corrupted answer differs from 15 s on
		m := moment{at: time.Duration(i) * 500 * ms}
		m.lanes[0], m.lanes[1] = cat, cat
		if i >= 30 {
			m.lanes[1] = dog
		}
		line.add(m)
	}
	now := 20 * time.Second
	if got, want := fmt.Sprint(line.lane(0, now)), "[{0 1 cat false}]"; got != want {
		t.Errorf("original: %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(line.lane(1, now)), "[{0 0.5 cat false} {0.5 1 dog true}]"; got != want {
		t.Errorf("corrupted: %s, want %s", got, want)
	}
	if got := line.lane(2, now); got != nil {
		t.Errorf("adversarial: %v, want none", got)
	}
	if n := len(line.moments); n > 22 {
		t.Errorf("%d moments are kept", n)
	}
}

// Every key has one action, which does what the help says.
func TestActions(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range Actions() {
		for _, k := range a.Keys {
			if seen[k] {
				t.Errorf("key %q has two actions", k)
			}
			seen[k] = true
		}
	}
	s := newStage()
	s.Press("right")
	s.Press("4")
	s.Press("a")
	s.Press("up")
	s.Press("nothing at all")
	if want := (Setting{Corruption: "c3", Severity: 4, Attack: Universal, Eps: 12}); fmt.Sprint(s.Setting()) != fmt.Sprint(want) {
		t.Errorf("%+v, want %+v", s.Setting(), want)
	}
	for range 12 {
		s.Press("left")
	}
	if s.Setting().Corruption != "c3" {
		t.Error("twelve steps to the left of twelve corruptions do not end at the same one")
	}
	s.Press("tab")
	s.Press("tab")
	if got := s.Setting().Mosaic; s.Mode() != Mosaic || len(got) != Tiles || got[0] != "c3" || got[8] != "c11" {
		t.Errorf("mosaic of %v", got)
	}
	s.Press("right")
	if got := s.Setting().Mosaic; got[0] != "c0" {
		t.Errorf("the next nine: %v", got)
	}
	s.Press("tab")
	if s.Setting().Mosaic != nil {
		t.Error("a mosaic is asked for where none is shown")
	}
	s.Press("h")
	if s.Press("escape") != Nothing || s.Press("escape") != Quit || s.Press("f") != ToggleFullscreen || s.Press("s") != NextSource {
		t.Error("effects")
	}
}

// The keys lead to a chosen attack where there is one. One that does not fit gives way to universal noise, with a sentence.
func TestChosen(t *testing.T) {
	s := New(Options{Corruptions: choices(12), Attack: Chosen, Chosen: "pgd{steps=40}"})
	answer := func(one *Single) string {
		s.Offer(0, plain(2, 2, 7), 2, 2)
		q, _ := s.Next(0)
		if q.Setting.Chosen != "pgd{steps=40}" {
			t.Errorf("the request has %q", q.Setting.Chosen)
		}
		a := reply(q, 5)
		a.Single = one
		s.Answer(0, a)
		return texts(s.Scene(0, 1280, 720))
	}
	fits := answer(&Single{Attack: "pgd", Fits: true, Measured: 20 * ms, Result: Tally{10, 4}, Details: "eps 8/255, steps 40"})
	if want := "pgd changes 4 of 10 frames (eps 8/255, steps 40)"; !strings.Contains(fits, want) || s.Setting().Attack != Chosen {
		t.Errorf("want %q in\n%s", want, fits)
	}
	if got := s.Summary(); !strings.Contains(got, "Attacked, pgd: class 5.") {
		t.Error(got)
	}
	var seen []Attack
	for range attacks {
		s.Press("a")
		seen = append(seen, s.Setting().Attack)
	}
	if want := []Attack{NoAttack, Universal, Strongest, Chosen}; !slices.Equal(seen, want) {
		t.Errorf("A leads to %v, want %v", seen, want)
	}
	slow := answer(&Single{Attack: "pgd", Measured: 240 * ms, TooSlow: true, Details: "steps 40"})
	if want := "pgd takes 240 ms a frame here, more than 33: this is universal noise instead."; !strings.Contains(slow, want) || s.Setting().Attack != Universal {
		t.Errorf("want %q in\n%s", want, slow)
	} else if s.Notice(ms) != want || s.Notice(time.Minute) != "" {
		t.Errorf("the notice is %q, and after a minute %q", s.Notice(ms), s.Notice(time.Minute))
	}
	seen = nil
	for range attacks {
		s.Press("a")
		seen = append(seen, s.Setting().Attack)
	}
	if want := []Attack{Strongest, NoAttack, Universal, Strongest}; !slices.Equal(seen, want) {
		t.Errorf("after that A leads to %v, want %v", seen, want)
	}
}

// The table of docs/stage.md is that of the actions.
func TestDocs(t *testing.T) {
	doc, err := os.ReadFile("../../docs/stage.md")
	if err != nil {
		t.Skip(err) // where there are no files
	}
	table := "| keys | |\n|---|---|\n"
	for _, a := range Actions() {
		table += fmt.Sprintf("| %s | %s |\n", a.Shown, a.Help)
	}
	if !strings.Contains(string(doc), "\n\n"+table+"\n") {
		t.Errorf("docs/stage.md: want\n%s", table)
	}
}

// The colors are those of the page.
func TestPalette(t *testing.T) {
	css, err := os.ReadFile("../../web/static/style.css")
	if err != nil {
		t.Skip(err) // where there are no files
	}
	blocks := regexp.MustCompile(`(?s)--paper:.*?\}`).FindAllString(string(css), 2)
	if len(blocks) != 2 {
		t.Fatal("style.css has not the colors of day and night")
	}
	for i, p := range []Palette{Light, Dark} {
		for name, got := range map[string]color.NRGBA{"paper": p.Paper, "sheet": p.Sheet, "line": p.Line, "ink": p.Ink, "soft": p.Soft,
			"well": p.Well, "wrong": p.Wrong, "wrong-paper": p.OnWrong, "original": p.Original, "corrupted": p.Corrupted, "attacked": p.Adversarial} {
			m := regexp.MustCompile(`--` + name + `: #([0-9a-f]{6})`).FindStringSubmatch(blocks[i])
			if m == nil {
				t.Errorf("style.css has no %s", name)
				continue
			}
			if v, _ := strconv.ParseUint(m[1], 16, 32); rgb(uint32(v)) != got {
				t.Errorf("%s is %v, want %s", name, got, m[1])
			}
		}
	}
}

func TestPercent(t *testing.T) {
	for p, want := range map[float64]string{0: "0 %", 0.001: "<1 %", 0.5: "50 %", 0.994: "99 %", 0.999: ">99 %", 1: "100 %"} {
		if got := percent(p); got != want {
			t.Errorf("%g: %s, want %s", p, got, want)
		}
	}
}

func TestHistogram(t *testing.T) {
	var h Histogram
	if h.String() != "none\n" {
		t.Error(h.String())
	}
	for i := 1; i <= 100; i++ {
		h.Add(time.Duration(i) * ms)
	}
	if h.N() != 100 || h.Mean() != 50500*time.Microsecond {
		t.Errorf("%d, mean %v", h.N(), h.Mean())
	}
	if q := h.Quantile(0.5); q < 50*ms || q > 61*ms {
		t.Errorf("half within %v", q)
	}
	if q := h.Quantile(1); q != 100*ms {
		t.Errorf("all within %v", q)
	}
	h.Add(time.Hour)
	if text := h.String(); !strings.HasPrefix(text, "101, mean") || strings.Count(text, "#") < 40 {
		t.Error(text)
	}
}

func TestSummary(t *testing.T) {
	s := newStage()
	if s.Summary() != "" {
		t.Error("something is said before the first answer")
	}
	say := func(keys ...string) string {
		for _, k := range keys {
			s.Press(k)
		}
		s.Offer(0, plain(2, 2, 7), 2, 2)
		q, _ := s.Next(0)
		s.Answer(0, reply(q, 5))
		return s.Summary()
	}
	for _, c := range []struct{ key, want string }{
		{"4", "Original: class 1. corruption 2, severity 4: the same."},
		{"a", "Original: class 1. corruption 2, severity 4: the same. Attacked, 8/255: class 5."},
		{"tab", "Original: class 1. corruption 2, severity 4: the same. Attacked, 8/255: class 5."},
		{"tab", "Original: class 1. 9 of 9 corruptions, severity 4, change the answer."},
	} {
		if got := say(c.key); got != c.want {
			t.Errorf("after %s: %q, want %q", c.key, got, c.want)
		}
	}
	s.Offer(0, plain(2, 2, 7), 2, 2)
	q, _ := s.Next(0)
	s.Answer(0, Answer{Number: q.Number, Err: "There is no network."})
	if got := s.Summary(); got != "There is no network." {
		t.Errorf("without an answer: %q", got)
	}
}

// For people who want less motion, what changes is there at once.
func TestCalm(t *testing.T) {
	for _, calm := range []bool{false, true} {
		s := New(Options{Corruptions: choices(12), Calm: calm})
		for i := range 2 {
			s.Offer(0, plain(2, 2, 7), 2, 2)
			q, _ := s.Next(0)
			s.Answer(0, reply(q, 5+i))
		}
		s.Press("tab")
		s.Press(".")
		s.Scene(0, 800, 450)
		if there := s.line == s.lineAt; there != calm {
			t.Errorf("calm %v: the line is at %v on its way to %v", calm, s.line, s.lineAt)
		}
		if p := s.panels[Original].shown[1].P; (p == 0.15) != calm {
			t.Errorf("calm %v: the second bar is at %v", calm, p)
		}
	}
}
