//go:build stage

package draw

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
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

// scene returns a stage that has played for some seconds by a clock of its own, and what it shows; half of the time that a picture
// takes to give way after then, if it is fading, to another corruption and strength of the attack.
func scene(w, h int, fading bool, keys ...string) (*stage.Stage, stage.Scene) {
	s := stage.New(stage.Options{Network: "efficientnet-lite0", Source: "test pattern", Attack: stage.Universal, Severity: 3,
		Corruptions: []stage.Choice{{Name: "fog", Label: "fog"}, {Name: "contrast", Label: "contrast"}}})
	for _, k := range keys {
		s.Press(k)
	}
	names := []string{"tennis ball", "croquet ball", "orange", "ping-pong ball", "great white shark, white shark, man-eater, man-eating shark"}
	now := time.Duration(0)
	play := func(i int) {
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
			c, v := see(40, i/50%2, 3, 2), see(0, 4, 0, 1)
			if q.Setting.Corruption == "contrast" {
				c, v = see(-60, 2, 0, 1), see(-2, 3, 0, 1)
			}
			for j := range v.Pixels { // as noise
				if j%4 < 3 {
					v.Pixels[j] = byte(min(max(int(v.Pixels[j])+(j/4*37+j%4*5)%9-4, 0), 255))
				}
			}
			a.Corrupted, a.Adversary = &c, &v
		}
		s.Answer(now+10*time.Millisecond, a)
		s.Scene(now+10*time.Millisecond, float64(w), float64(h))
	}
	for i := range 160 {
		play(i)
	}
	if fading {
		s.Press("right")
		s.Press("up")
		play(160)
		return s, s.Scene(now+160*time.Millisecond, float64(w), float64(h))
	}
	return s, s.Scene(now+time.Second, float64(w), float64(h))
}

// Every image, fill and text is where the scene says, in the right colors, and nothing else is anywhere. STEADY_SHOTS names a
// folder for the pictures.
func TestDraw(t *testing.T) {
	for _, c := range []struct {
		name   string
		w, h   int
		fading bool
		keys   []string
	}{
		{"panels", 1280, 720, false, nil},
		{"panels-projector", 1920, 1080, false, []string{"d"}},
		{"fading", 1280, 720, true, []string{"d"}},
		{"split", 1280, 720, false, []string{"tab", "l"}},
		{"split-change", 1920, 1080, true, []string{"tab", "d", ","}},
		{"mosaic", 1920, 1080, false, []string{"tab", "tab"}},
		{"help", 1280, 720, false, []string{"h"}},
		{"portrait", 1080, 1920, false, []string{"i"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, sc := scene(c.w, c.h, c.fading, c.keys...)
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
	kinds := make([]int, b.Dx()*b.Dy()) // of what is drawn there
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
					lettered[y*b.Dx()+x], kinds[y*b.Dx()+x] = false, 0
				}
			})
		case stage.Show:
			v, at := view{item.View, item.Color, s, Whole(item.Rect)}, Whole(item.Rect)
			kind := 1
			if v.Fade > 0 || v.Times > 0 || v.Width > 0 {
				kind = 2
			}
			each(at, func(x, y int) {
				want.SetRGBA(x, y, v.at(x-at.Min.X, y-at.Min.Y))
				kinds[y*b.Dx()+x] = kind
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
	var all, off [3]int // fills, images, and views by the shader
	for y := range b.Dy() {
		for x := range b.Dx() {
			i := y*b.Dx() + x
			if lettered[i] {
				continue
			}
			kind := kinds[i]
			all[kind]++
			if distance(got.RGBAAt(x, y), want.RGBAAt(x, y)) > 8 {
				off[kind]++
			}
		}
	}
	// Letters may hang over their rectangle, by a pixel or two; images that are drawn without the shader fade out at their edges.
	for kind, most := range []float64{0.002, 0.01, 0.0005} {
		if float64(off[kind]) > most*float64(all[kind]) {
			t.Errorf("%d of %d pixels of %s differ", off[kind], all[kind], []string{"fills", "images", "views"}[kind])
		}
	}
}

// view is a view of an image, computed in plain Go.
type view struct {
	stage.View
	ink   color.NRGBA
	stage *stage.Stage
	size  image.Rectangle
}

// at returns a pixel of the screen, from the view's upper left corner.
func (v *view) at(x, y int) color.RGBA {
	m := v.stage.Image(v.Image)
	px, py := float64(x)+0.5, float64(y)+0.5
	sample := func(id stage.ImageID, channel int) float64 {
		pix := v.stage.Image(id).Pix
		get := func(x, y float64) float64 {
			i := int(min(max(y, 0), float64(m.H-1)))*m.W + int(min(max(x, 0), float64(m.W-1)))
			return float64(pix[4*i+channel])
		}
		sx, sy := px*float64(m.W)/float64(v.size.Dx()), py*float64(m.H)/float64(v.size.Dy())
		if v.size.Dx() >= 4*m.W {
			return get(math.Floor(sx), math.Floor(sy))
		}
		sx, sy = sx-0.5, sy-0.5
		x, y := math.Floor(sx), math.Floor(sy)
		upper := get(x, y) + (sx-x)*(get(x+1, y)-get(x, y))
		lower := get(x, y+1) + (sx-x)*(get(x+1, y+1)-get(x, y+1))
		return upper + (sy-y)*(lower-upper)
	}
	right := px - v.Line*float64(v.size.Dx())
	ink := [3]uint8{v.ink.R, v.ink.G, v.ink.B}
	var c [3]uint8
	for i := range c {
		p := sample(v.Image, i)
		if v.Fade > 0 {
			p += v.Fade * (sample(v.Before, i) - p)
		}
		if v.Times > 0 {
			p = min(max(128+float64(v.Times)*(p-sample(stage.Original, i)), 0), 255)
		}
		if v.Width > 0 {
			if right < 0 {
				p = sample(stage.Original, i)
			}
			share := min(max(v.Width/2+0.5-math.Abs(right), 0), 1)
			p += share * (float64(ink[i]) - p)
		}
		c[i] = uint8(p + 0.5)
	}
	return color.RGBA{c[0], c[1], c[2], 255}
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

// BenchmarkChange draws a new frame with its change, magnified by the shader, or in plain Go as bytes that are uploaded, too.
func BenchmarkChange(b *testing.B) {
	for _, bytes := range []bool{false, true} {
		b.Run(fmt.Sprintf("bytes=%v", bytes), func(b *testing.B) {
			const w, h = 1920, 1080
			s, sc := scene(w, h, false, "d")
			screen := ebiten.NewImageWithOptions(image.Rect(0, 0, w, h), &ebiten.NewImageOptions{Unmanaged: true})
			defer screen.Deallocate()
			var r Renderer
			original, other, change := s.Image(stage.Original), s.Image(stage.Adversarial), s.Image(stage.Difference)
			times := 0
			for i := range sc.Items {
				if v := &sc.Items[i].View; bytes && v.Times > 0 {
					times, *v = v.Times, stage.View{Image: stage.Difference}
					change.W, change.H, change.Pix = other.W, other.H, slices.Clone(other.Pix)
				}
			}
			pixel := make([]byte, 4)
			for b.Loop() {
				for _, id := range []stage.ImageID{stage.Original, stage.Corrupted, stage.Adversarial, stage.Difference} {
					s.Image(id).Version++
				}
				if bytes {
					for i, v := range other.Pix {
						if i%4 < 3 {
							change.Pix[i] = byte(min(max(128+times*(int(v)-int(original.Pix[i])), 0), 255))
						}
					}
				}
				r.Draw(screen, s, &sc)
				screen.SubImage(image.Rect(0, 0, 1, 1)).(*ebiten.Image).ReadPixels(pixel) // when all is drawn
			}
		})
	}
}
