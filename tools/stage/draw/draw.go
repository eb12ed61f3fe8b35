//go:build stage || js

package draw

import (
	"image"
	"image/color"
	"math"

	"github.com/hajimehoshi/ebiten/v2"

	"steady/core/stage"
)

// Renderer draws scenes. The zero value is ready.
type Renderer struct {
	white     *ebiten.Image
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
	}
	dst.Fill(scene.Background)
	for i := range scene.Items {
		item := &scene.Items[i]
		switch item.Kind {
		case stage.Fill:
			r.fill(dst, item.Rect, item.Color)
		case stage.Show:
			r.show(dst, item, s.Image(item.Image))
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

// show draws an image. Where it is enlarged a lot its pixels stay squares: that is what a small network sees.
func (r *Renderer) show(dst *ebiten.Image, item *stage.Item, m *stage.Image) {
	clip := Whole(item.Clip)
	if m.W == 0 || clip.Empty() {
		return
	}
	u := r.images[item.Image]
	if u == nil || u.image.Bounds().Dx() != m.W || u.image.Bounds().Dy() != m.H {
		if u != nil {
			u.image.Deallocate()
		}
		// Unmanaged: in an atlas it would be copied at each change.
		u = &uploaded{image: ebiten.NewImageWithOptions(image.Rect(0, 0, m.W, m.H), &ebiten.NewImageOptions{Unmanaged: true})}
		r.images[item.Image] = u
	}
	if u.version != m.Version {
		u.image.WritePixels(m.Pix)
		u.version = m.Version
	}
	pixels := Whole(item.Rect)
	var op ebiten.DrawImageOptions
	op.GeoM.Scale(float64(pixels.Dx())/float64(m.W), float64(pixels.Dy())/float64(m.H))
	op.GeoM.Translate(float64(pixels.Min.X), float64(pixels.Min.Y))
	if op.Filter = ebiten.FilterLinear; pixels.Dx() >= 4*m.W {
		op.Filter = ebiten.FilterNearest
	}
	dst.SubImage(clip).(*ebiten.Image).DrawImage(u.image, &op)
}
