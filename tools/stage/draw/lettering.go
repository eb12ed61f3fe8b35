//go:build stage || js

package draw

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"github.com/hajimehoshi/ebiten/v2"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"steady/core/stage"
)

// lettering draws text in the Go fonts. Each glyph is made once for each size and kept.
type lettering struct {
	fonts  [2]*opentype.Font // regular, bold
	faces  map[faceKey]*face
	glyphs int
}

type faceKey struct {
	size int // in pixels
	bold bool
}

// face is a font at a size, with the glyphs that were needed.
type face struct {
	font.Face
	glyphs         map[rune]*glyph
	ascent, height float64 // of a capital, and of the line
}

// glyph is white on transparent; nil image for a space.
type glyph struct {
	image   *ebiten.Image
	x, y    float64 // of its upper left corner, from the pen on the baseline
	advance fixed.Int26_6
}

// mostGlyphs is how many glyphs are kept; then all are made anew, which happens when a window is resized for long.
const mostGlyphs = 4000

func (l *lettering) face(size float64, bold bool) *face {
	key := faceKey{max(int(math.Round(size)), 4), bold}
	if f := l.faces[key]; f != nil && l.glyphs < mostGlyphs {
		return f
	}
	if l.faces == nil || l.glyphs >= mostGlyphs {
		for _, f := range l.faces {
			for _, g := range f.glyphs {
				if g.image != nil {
					g.image.Deallocate()
				}
			}
		}
		l.faces, l.glyphs = map[faceKey]*face{}, 0
	}
	index, ttf := 0, goregular.TTF
	if bold {
		index, ttf = 1, gobold.TTF
	}
	if l.fonts[index] == nil {
		parsed, err := opentype.Parse(ttf)
		if err != nil {
			panic(err) // it is compiled in
		}
		l.fonts[index] = parsed
	}
	made, err := opentype.NewFace(l.fonts[index], &opentype.FaceOptions{Size: float64(key.size), DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic(err)
	}
	metrics := made.Metrics()
	f := &face{Face: made, glyphs: map[rune]*glyph{}, ascent: float64(metrics.CapHeight) / 64, height: float64(metrics.Height) / 64}
	l.faces[key] = f
	return f
}

// glyph returns a glyph, made if need be.
func (l *lettering) glyph(f *face, r rune) *glyph {
	if g := f.glyphs[r]; g != nil {
		return g
	}
	g := &glyph{}
	f.glyphs[r] = g
	l.glyphs++
	bounds, mask, at, advance, ok := f.Glyph(fixed.Point26_6{}, r)
	if !ok {
		bounds, mask, at, advance, ok = f.Glyph(fixed.Point26_6{}, '?')
	}
	if g.advance = advance; !ok || bounds.Empty() {
		return g
	}
	drawn := image.NewRGBA(image.Rect(0, 0, bounds.Dx(), bounds.Dy()))
	draw.DrawMask(drawn, drawn.Bounds(), image.NewUniform(color.White), image.Point{}, mask, at, draw.Src)
	g.image = ebiten.NewImage(bounds.Dx(), bounds.Dy())
	g.image.WritePixels(drawn.Pix)
	g.x, g.y = float64(bounds.Min.X), float64(bounds.Min.Y)
	return g
}

// width returns the width of a text in pixels.
func (l *lettering) width(f *face, text []rune) float64 {
	w := fixed.Int26_6(0)
	for i, r := range text {
		if i > 0 {
			w += f.Kern(text[i-1], r)
		}
		w += l.glyph(f, r).advance
	}
	return float64(w) / 64
}

// fit returns the text as it fits into a width: in a smaller size, down to 80 %, and then cut off.
func (l *lettering) fit(item *stage.Item) (*face, []rune, float64) {
	text := []rune(item.Text)
	f := l.face(item.Size, item.Bold)
	w := l.width(f, text)
	if w <= item.Rect.W {
		return f, text, w
	}
	f = l.face(max(item.Size*max(item.Rect.W/w, 0.8), 4), item.Bold)
	if w = l.width(f, text); w <= item.Rect.W {
		return f, text, w
	}
	for n := len(text) - 1; n > 0; n-- {
		cut := append(append([]rune(nil), text[:n]...), '…')
		if w = l.width(f, cut); w <= item.Rect.W {
			return f, cut, w
		}
	}
	return f, nil, 0
}

func (l *lettering) draw(dst *ebiten.Image, item *stage.Item) {
	f, text, w := l.fit(item)
	x := item.Rect.X
	switch item.Align {
	case stage.Middle:
		x += (item.Rect.W - w) / 2
	case stage.Right:
		x += item.Rect.W - w
	}
	base := math.Round(item.Rect.Y + (item.Rect.H+f.ascent)/2)
	pen := fixed.Int26_6(0)
	var op ebiten.DrawImageOptions
	op.ColorScale.ScaleWithColor(item.Color)
	for i, r := range text {
		if i > 0 {
			pen += f.Kern(text[i-1], r)
		}
		g := l.glyph(f, r)
		if g.image != nil {
			op.GeoM.Reset()
			op.GeoM.Translate(math.Round(x+float64(pen)/64)+g.x, base+g.y)
			dst.DrawImage(g.image, &op)
		}
		pen += g.advance
	}
}
