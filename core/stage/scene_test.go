package stage

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

var windows = []struct {
	name string
	w, h float64
}{{"desktop", 1280, 720}, {"projector", 1920, 1080}, {"old projector", 1024, 768}, {"4K", 3840, 2160}, {"portrait", 1080, 1920}, {"small", 640, 480}}

// In every window everything is inside, nothing lies on anything else, and images are square and large.
func TestLayout(t *testing.T) {
	for _, w := range windows {
		for _, c := range []struct {
			mode   Mode
			panels int
		}{{Panels, 2}, {Panels, 3}, {Panels, 4}, {Split, 2}, {Mosaic, Tiles}} {
			for _, large := range []bool{false, true} {
				t.Run(fmt.Sprint(w.name, " ", c, " ", large), func(t *testing.T) {
					l := Arrange(c.mode, c.panels, w.w, w.h, large)
					if len(l.Panels) != c.panels {
						t.Fatalf("%d panels", len(l.Panels))
					}
					whole := Rect{0, 0, w.w, w.h}
					parts := []Rect{l.Header, l.Footer}
					if l.Timeline.H > 0 {
						parts = append(parts, l.Timeline)
					}
					area := 0.0
					for i, p := range l.Panels {
						if c.mode != Split || i == 0 {
							area += p.Image.W * p.Image.H
						}
						if c.mode == Split {
							parts = append(parts, p.Frame)
							if i == 0 {
								parts = append(parts, p.Image)
							}
						} else {
							parts = append(parts, p.Frame)
							if !p.Frame.Contains(p.Image) || p.Image.Overlaps(p.Bars) || p.Image.Overlaps(p.Title) {
								t.Errorf("panel %d: %+v", i, p)
							}
						}
						if !p.Frame.Contains(p.Title) || !p.Frame.Contains(p.Bars) || p.Title.Overlaps(p.Bars) {
							t.Errorf("panel %d: %+v", i, p)
						}
						if p.Image.W != p.Image.H {
							t.Errorf("an image of %g × %g", p.Image.W, p.Image.H)
						}
						if p.Bars.W < 6*l.Unit || p.Bars.H < 1.7*l.Unit {
							t.Errorf("bars in %g × %g, a unit being %g", p.Bars.W, p.Bars.H, l.Unit)
						}
					}
					for i, a := range parts {
						if !whole.Contains(a) {
							t.Errorf("part %d is outside: %+v", i, a)
						}
						for j := range i {
							if a.Overlaps(parts[j]) {
								t.Errorf("parts %d and %d overlap: %+v, %+v", j, i, parts[j], a)
							}
						}
					}
					least := 0.14
					if large || w.name == "small" {
						least = 0.08
					}
					if share := area / (w.w * w.h); share < least {
						t.Errorf("images cover %.0f %% of the window", 100*share)
					}
				})
			}
		}
	}
}

// play shows a stage an answer every 50 ms.
func play(s *Stage, from, to time.Duration, other int) {
	for now := from; now < to; now += 50 * ms {
		s.Offer(now, plain(8, 8, 100), 8, 8)
		if q, ok := s.Next(now); ok {
			s.Answer(now+20*ms, reply(q, other))
		}
		s.Scene(now+20*ms, 1280, 720)
	}
}

func texts(scene Scene) string {
	var b strings.Builder
	for _, i := range scene.Items {
		if i.Kind == Text {
			b.WriteString(i.Text + "\n")
		}
	}
	return b.String()
}

// In every window and view all items are inside, and texts do not lie on each other.
func TestScene(t *testing.T) {
	for _, w := range windows {
		for mode := range modes {
			for _, attack := range []Attack{NoAttack, Universal, Strongest} {
				t.Run(fmt.Sprint(w.name, " ", mode, " ", attack), func(t *testing.T) {
					s := New(Options{Network: "net", Source: "a source", Corruptions: choices(12), Attack: attack})
					for range mode {
						s.Press("tab")
					}
					s.Press("d")
					s.Press("i")
					play(s, 0, 3*time.Second, 2)
					scene := s.Scene(4*time.Second, w.w, w.h)
					whole := Rect{0, 0, w.w, w.h}
					shown := 0
					for i, a := range scene.Items {
						if !whole.Contains(a.Rect) {
							t.Errorf("item %d is outside: %+v", i, a)
						}
						if a.Kind == Show {
							shown++
						}
						if a.Kind == Text && a.Size > 1.01*a.Rect.H {
							t.Errorf("a text of %g in a line of %g: %q", a.Size, a.Rect.H, a.Text)
						}
						for j := range i {
							if b := scene.Items[j]; a.Kind == Text && b.Kind == Text && a.Rect.Overlaps(b.Rect) {
								t.Errorf("%q lies on %q", a.Text, b.Text)
							}
						}
					}
					want := len(s.shown())
					switch mode {
					case Split:
						want = 1
					case Mosaic:
						want = Tiles
					}
					if shown != want {
						t.Errorf("%d images are shown, want %d", shown, want)
					}
				})
			}
		}
	}
}

func TestSceneSays(t *testing.T) {
	s := New(Options{Network: "net", Source: "a source", Corruptions: choices(12), Corruption: "c2", Attack: Universal})
	if got := texts(s.Scene(0, 1280, 720)); !strings.Contains(got, "waiting for the first frame") {
		t.Error(got)
	}
	play(s, 0, time.Second, 2)
	s.Offer(time.Second, plain(8, 8, 1), 8, 8)
	q, _ := s.Next(time.Second)
	a := reply(q, 2)
	a.Noise = &Noise{Collected: 16, Wanted: 16, Refreshed: 3, Later: Tally{60, 41}}
	s.Answer(time.Second, a)
	got := texts(s.Scene(time.Second, 1280, 720))
	for _, want := range []string{"corruption 2, severity 3", "universal noise ±8/255 changes 41 of 60 later frames", "net · a source",
		"same answer", "answer changed", "class 2"} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q in\n%s", want, got)
		}
	}
	s.Notify(2*time.Second, "The camera is gone.")
	if got := texts(s.Scene(3*time.Second, 1280, 720)); !strings.Contains(got, "The camera is gone.") {
		t.Error(got)
	}
	s.Notify(3*time.Second, strings.Repeat("A sentence that is too long for one line. ", 4))
	for _, w := range windows {
		scene := s.Scene(3*time.Second, w.w, w.h)
		for i, a := range scene.Items {
			for _, b := range scene.Items[:i] {
				if a.Kind == Text && b.Kind == Text && a.Rect.Overlaps(b.Rect) || !(Rect{0, 0, w.w, w.h}).Contains(a.Rect) {
					t.Errorf("%s: %q at %v, %q at %v", w.name, a.Text, a.Rect, b.Text, b.Rect)
				}
			}
		}
		if got := strings.Count(texts(scene), "sentence"); got != 4 {
			t.Errorf("%s: %d of four sentences are shown", w.name, got)
		}
	}
	if got := texts(s.Scene(15*time.Second, 1280, 720)); strings.Contains(got, "sentence") {
		t.Error("a notice stays")
	}
	s.Offer(16*time.Second, plain(8, 8, 1), 8, 8)
	q, _ = s.Next(16 * time.Second)
	if got := texts(s.Scene(20*time.Second, 1280, 720)); !strings.Contains(got, "computing for 4 s") {
		t.Error(got)
	}
	s.Answer(21*time.Second, Answer{Number: q.Number, Err: "The network's answer is not a number."})
	if got := texts(s.Scene(21*time.Second, 1280, 720)); !strings.Contains(got, "not a number") {
		t.Error(got)
	}
	s.Press("h")
	got = texts(s.Scene(22*time.Second, 1280, 720))
	for _, a := range Actions() {
		if !strings.Contains(got, a.Shown+"\n"+a.Help+"\n") {
			t.Errorf("the help has no %s", a.Shown)
		}
	}
}

// The captions of an attack say what was measured, and what does not fit.
func TestCaptions(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{(&Noise{Collected: 3, Wanted: 16}).caption(8), "collecting frames, 3 of 16"},
		{(&Noise{Collected: 16, Wanted: 16}).caption(8), "computing it from 16 frames"},
		{(&Noise{Refreshed: 2, Err: "no gradient"}).caption(8), "cannot be computed: no gradient"},
		{(&Single{}).caption(8), "timing attacks"},
		{(&Single{Attack: "pgd{steps=3}", Fits: true, Measured: 27 * ms, Result: Tally{10, 4}}).caption(8), "the strongest in 33 ms (it takes 27): changes 4 of 10"},
		{(&Single{Attack: "fgsm", Measured: 61 * ms}).caption(8), "no attack fits into 33 ms here, this one takes 61 ms"},
	} {
		if !strings.Contains(c.got, c.want) {
			t.Errorf("%q, want %q in it", c.got, c.want)
		}
	}
}

// The line of a split follows the mouse and stays inside.
func TestPoint(t *testing.T) {
	s := newStage()
	s.Press("tab")
	play(s, 0, 200*ms, 1)
	image := Arrange(Split, 2, 1280, 720, false).Panels[0].Image
	s.Point(5, 5, 1280, 720, true) // beside it: nothing
	if s.lineAt != 0.5 {
		t.Error("the line moves with a click beside the image")
	}
	s.Point(image.X+0.25*image.W, image.Y+5, 1280, 720, true)
	s.Point(image.X-50, image.Y-50, 1280, 720, true) // dragged out of the image
	if s.line != 0 {
		t.Errorf("the line is at %g", s.line)
	}
	s.Point(image.X+0.25*image.W, image.Y+5, 1280, 720, true)
	scene := s.Scene(300*ms, 1280, 720)
	for _, i := range scene.Items {
		if i.Kind == Show && (i.View.Line < 0.24 || i.View.Line > 0.26 || i.View.Image != Corrupted) {
			t.Errorf("the view is %+v", i.View)
		}
	}
	s.Point(image.X, image.Y, 1280, 720, false)
	s.Point(10, 10, 1280, 720, true)
	if s.lineAt != 0.25 {
		t.Error("the line moves although the button was up")
	}
}
