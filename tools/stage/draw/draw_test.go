//go:build stage

package draw

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"steady/core/stage"
	"steady/core/stage/footage"
)

// The tests run inside a window: Ebitengine wants the main goroutine, and reads pixels only while it runs.
func TestMain(m *testing.M) {
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		fmt.Println("There is no display: run this by ./build.sh test, which makes one.")
		os.Exit(1)
	}
	ebiten.SetWindowSize(320, 240)
	g := &game{work: func() int { return m.Run() }, code: 1}
	if err := ebiten.RunGameWithOptions(g, &ebiten.RunGameOptions{SkipTaskbar: true, InitUnfocused: true}); err != nil && !errors.Is(err, errDone) {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(g.code)
}

var errDone = errors.New("done")

// game runs work when the window is there, on the first frame, and ends.
type game struct {
	work func() int
	code int
	done bool
}

func (g *game) Update() error {
	if g.done {
		return errDone
	}
	return nil
}

func (g *game) Draw(*ebiten.Image) {
	if !g.done {
		g.code, g.done = g.work(), true
	}
}

func (g *game) Layout(w, h int) (int, int) { return w, h }

// scene returns a stage that has played for some seconds by a clock of its own, and what it shows.
func scene(w, h int, keys ...string) (*stage.Stage, stage.Scene) {
	s := stage.New(stage.Options{Network: "efficientnet-lite0", Source: "test pattern", Attack: stage.Universal, Severity: 3,
		Corruptions: []stage.Choice{{Name: "fog", Label: "fog"}, {Name: "contrast", Label: "contrast"}}})
	for _, k := range keys {
		s.Press(k)
	}
	names := []string{"tennis ball", "croquet ball", "orange", "ping-pong ball", "great white shark, white shark, man-eater, man-eating shark"}
	now := time.Duration(0)
	for i := range 160 {
		now = time.Duration(i) * time.Second / 20
		s.Offer(now, footage.Pattern(nil, i), footage.Side, footage.Side)
		q, ok := s.Next(now)
		if !ok {
			panic("nothing to answer")
		}
		see := func(add int, classes ...int) stage.Seen {
			seen := stage.Seen{W: q.W, H: q.H, Pixels: append([]byte(nil), q.Pixels...)}
			for j := range seen.Pixels {
				if j%4 < 3 {
					seen.Pixels[j] = byte(min(max(int(seen.Pixels[j])+add, 0), 255))
				}
			}
			p := 0.7
			for _, c := range classes {
				seen.Top = append(seen.Top, stage.Label{Class: c, Name: names[c], P: p})
				p *= 0.3
			}
			return seen
		}
		a := stage.Answer{Number: q.Number, Setting: q.Setting, Original: see(0, 0, 1, 2),
			Noise: &stage.Noise{Collected: 16, Wanted: 16, Refreshed: 9, Later: stage.Tally{Tried: 60, Changed: 47}}}
		if q.Setting.Mosaic != nil {
			for j := range q.Setting.Mosaic {
				a.Tiles = append(a.Tiles, see(10*j-40, j%5))
			}
		} else {
			c, v := see(40, i/50%2, 3, 2), see(i%7-3, 4, 0, 1)
			a.Corrupted, a.Adversary = &c, &v
		}
		s.Answer(now+10*time.Millisecond, a)
		s.Scene(now+10*time.Millisecond, float64(w), float64(h))
	}
	return s, s.Scene(now+time.Second, float64(w), float64(h))
}

// Every image, fill and text is where the scene says, in the right colors, and nothing else is anywhere. STEADY_SHOTS names a
// folder for the pictures.
func TestDraw(t *testing.T) {
	for _, c := range []struct {
		name string
		w, h int
		keys []string
	}{
		{"panels", 1280, 720, nil},
		{"panels-projector", 1920, 1080, []string{"d"}},
		{"split", 1280, 720, []string{"tab", "l"}},
		{"mosaic", 1920, 1080, []string{"tab", "tab"}},
		{"help", 1280, 720, []string{"h"}},
		{"portrait", 1080, 1920, []string{"i"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, sc := scene(c.w, c.h, c.keys...)
			screen := ebiten.NewImageWithOptions(image.Rect(0, 0, c.w, c.h), &ebiten.NewImageOptions{Unmanaged: true})
			defer screen.Deallocate()
			var r Renderer
			r.Draw(screen, s, &sc)
			got := image.NewRGBA(screen.Bounds())
			screen.ReadPixels(got.Pix)
			if dir := os.Getenv("STEADY_SHOTS"); dir != "" {
				f, err := os.Create(filepath.Join(dir, c.name+".png"))
				if err != nil {
					t.Fatal(err)
				}
				png.Encode(f, got)
				f.Close()
			}
			compare(t, got, s, &sc)
		})
	}
}

// compare paints the fills and images of the scene in plain Go, and compares all pixels outside of texts. In a text's rectangle
// there must be pixels of its color.
func compare(t *testing.T, got *image.RGBA, s *stage.Stage, sc *stage.Scene) {
	t.Helper()
	b := got.Bounds()
	want := image.NewRGBA(b)
	blend := func(x, y int, c color.NRGBA) {
		old := want.RGBAAt(x, y)
		mix := func(o, n uint8) uint8 { return uint8((int(o)*(255-int(c.A)) + int(n)*int(c.A) + 127) / 255) }
		want.SetRGBA(x, y, color.RGBA{mix(old.R, c.R), mix(old.G, c.G), mix(old.B, c.B), 255})
	}
	lettered := make([]bool, b.Dx()*b.Dy())
	soft := make([]bool, b.Dx()*b.Dy()) // images, which the GPU interpolates
	each := func(r image.Rectangle, f func(x, y int)) {
		r = r.Intersect(b)
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				f(x, y)
			}
		}
	}
	each(b, func(x, y int) { blend(x, y, sc.Background) })
	texts := 0
	for i := range sc.Items {
		item := &sc.Items[i]
		switch item.Kind {
		case stage.Fill:
			each(Whole(item.Rect), func(x, y int) {
				blend(x, y, item.Color)
				if item.Color.A == 255 {
					lettered[y*b.Dx()+x], soft[y*b.Dx()+x] = false, false
				}
			})
		case stage.Show:
			m, at := s.Image(item.Image), Whole(item.Rect)
			each(Whole(item.Clip), func(x, y int) {
				px := (x - at.Min.X) * m.W / at.Dx()
				py := (y - at.Min.Y) * m.H / at.Dy()
				p := m.Pix[4*(py*m.W+px):]
				want.SetRGBA(x, y, color.RGBA{p[0], p[1], p[2], 255})
				soft[y*b.Dx()+x] = true
			})
		case stage.Text:
			near := 0
			each(Whole(item.Rect), func(x, y int) {
				lettered[y*b.Dx()+x] = true
				if p := got.RGBAAt(x, y); distance(p, color.RGBA{item.Color.R, item.Color.G, item.Color.B, 255}) < 40 {
					near++
				}
			})
			if covered(sc, i) {
				continue
			}
			if texts++; near < len(item.Text) {
				t.Errorf("of the text %q only %d pixels are seen in %v", item.Text, near, Whole(item.Rect))
			}
		}
	}
	if texts < 10 {
		t.Errorf("only %d texts", texts)
	}
	var hard, off, image_, imageOff int
	for y := range b.Dy() {
		for x := range b.Dx() {
			i := y*b.Dx() + x
			if lettered[i] {
				continue
			}
			d := distance(got.RGBAAt(x, y), want.RGBAAt(x, y))
			if soft[i] {
				if image_++; d > 60 {
					imageOff++
				}
			} else if hard++; d > 6 {
				off++
			}
		}
	}
	// Letters may hang over their rectangle, by a pixel or two.
	if float64(off) > 0.002*float64(hard) {
		t.Errorf("%d of %d pixels of fills differ", off, hard)
	}
	if float64(imageOff) > 0.03*float64(image_) {
		t.Errorf("%d of %d pixels of images differ", imageOff, image_)
	}
}

// covered reports whether a later fill lies on an item, as the help does.
func covered(sc *stage.Scene, i int) bool {
	for _, later := range sc.Items[i+1:] {
		if later.Kind == stage.Fill && later.Rect.Overlaps(sc.Items[i].Rect) {
			return true
		}
	}
	return false
}

func distance(a, b color.RGBA) int {
	d := func(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }
	return max(d(a.R, b.R), d(a.G, b.G), d(a.B, b.B))
}
