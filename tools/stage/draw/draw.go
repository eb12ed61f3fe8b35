//go:build stage || js

package draw

import (
	_ "embed"
	"image"
	"image/color"
	"math"

	"github.com/hajimehoshi/ebiten/v2"

	"steady/core/stage"
)

//go:embed view.kage
var viewShader []byte

// Renderer draws scenes. The zero value is ready.
type Renderer struct {
	white     *ebiten.Image
	view      *ebiten.Shader
	images    map[stage.ImageID]*uploaded
	lettering lettering
}

// uploaded is an image in the GPU's memory, as of a version.
type uploaded struct {
	image   *ebiten.Image
	version uint64
}

// Draw draws a scene of the stage.
func (r *Renderer) Draw(dst *ebiten.Image, s *stage.Stage, scene *stage.Scene) {
	if r.white == nil {
		r.white = ebiten.NewImage(3, 3)
		r.white.Fill(color.White)
		r.images = map[stage.ImageID]*uploaded{}
		view, err := ebiten.NewShader(viewShader)
		if err != nil {
			panic(err) // it is compiled in
		}
		r.view = view
	}
	dst.Fill(scene.Background)
	for i := range scene.Items {
		item := &scene.Items[i]
		switch item.Kind {
		case stage.Fill:
			r.fill(dst, item.Rect, item.Color)
		case stage.Show:
			r.show(dst, item, s)
		case stage.Text:
			r.lettering.draw(dst, item)
		}
	}
}

// Whole returns the pixels of a rectangle: edges at the nearest.
func Whole(r stage.Rect) image.Rectangle {
	round := func(v float64) int { return int(math.Round(v)) }
	return image.Rect(round(r.X), round(r.Y), round(r.Right()), round(r.Bottom()))
}

func (r *Renderer) fill(dst *ebiten.Image, at stage.Rect, c color.NRGBA) {
	pixels := Whole(at)
	if pixels.Empty() {
		return
	}
	var op ebiten.DrawImageOptions
	op.GeoM.Scale(float64(pixels.Dx()), float64(pixels.Dy()))
	op.GeoM.Translate(float64(pixels.Min.X), float64(pixels.Min.Y))
	op.ColorScale.ScaleWithColor(c)
	dst.DrawImage(r.white.SubImage(image.Rect(1, 1, 2, 2)).(*ebiten.Image), &op)
}

// whole returns a truth as shaders take it.
func whole(b bool) int {
	if b {
		return 1
	}
	return 0
}

// upload returns an image in the GPU's memory.
func (r *Renderer) upload(id stage.ImageID, m *stage.Image) *ebiten.Image {
	u := r.images[id]
	if u == nil || u.image.Bounds().Dx() != m.W || u.image.Bounds().Dy() != m.H {
		if u != nil {
			u.image.Deallocate()
		}
		// Unmanaged: in an atlas it would be copied at each change.
		u = &uploaded{image: ebiten.NewImageWithOptions(image.Rect(0, 0, m.W, m.H), &ebiten.NewImageOptions{Unmanaged: true})}
		r.images[id] = u
	}
	if u.version != m.Version {
		u.image.WritePixels(m.Pix)
		u.version = m.Version
	}
	return u.image
}

// show draws a view of an image. Where it is enlarged a lot its pixels stay squares: that is what a small network sees.
func (r *Renderer) show(dst *ebiten.Image, item *stage.Item, s *stage.Stage) {
	v, m := &item.View, s.Image(item.View.Image)
	at := Whole(item.Rect)
	if m.W == 0 || at.Empty() {
		return
	}
	shown := r.upload(v.Image, m)
	enlarged := float64(at.Dx()) / float64(m.W)
	squares := at.Dx() >= 4*m.W
	var geo ebiten.GeoM
	geo.Scale(enlarged, float64(at.Dy())/float64(m.H))
	geo.Translate(float64(at.Min.X), float64(at.Min.Y))
	if v.Fade == 0 && v.Times == 0 && v.Width == 0 {
		op := ebiten.DrawImageOptions{GeoM: geo, Filter: ebiten.FilterLinear}
		if squares {
			op.Filter = ebiten.FilterNearest
		}
		dst.SubImage(at).(*ebiten.Image).DrawImage(shown, &op)
		return
	}
	op := ebiten.DrawRectShaderOptions{GeoM: geo, Images: [4]*ebiten.Image{shown, shown, shown}}
	if v.Fade > 0 {
		op.Images[1] = r.upload(v.Before, s.Image(v.Before))
	}
	if v.Times > 0 || v.Width > 0 {
		op.Images[2] = r.upload(stage.Original, s.Image(stage.Original))
	}
	c := item.Color
	op.Uniforms = map[string]any{"Fade": v.Fade, "Times": float32(v.Times), "Line": v.Line, "Width": v.Width, "Enlarged": enlarged,
		"Squares": whole(squares), "Ink": []float32{float32(c.R) / 255, float32(c.G) / 255, float32(c.B) / 255, 1}}
	dst.DrawRectShader(m.W, m.H, r.view, &op)
}
