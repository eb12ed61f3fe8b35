package stage

import "image/color"

// Palette is the colors of the stage, those of the page (web/static/style.css): three carry the story, one for each image.
type Palette struct {
	Paper, Sheet, Line, Ink, Soft, Well, Wrong, OnWrong color.NRGBA
	Original, Corrupted, Adversarial                    color.NRGBA
}

func rgb(v uint32) color.NRGBA { return color.NRGBA{byte(v >> 16), byte(v >> 8), byte(v), 255} }

// Dark is for a dark room, and Light for one with daylight.
var (
	Dark = Palette{
		Paper: rgb(0x14181a), Sheet: rgb(0x1c2224), Line: rgb(0x353d40), Ink: rgb(0xeceae3), Soft: rgb(0xa3abac),
		Well: rgb(0x2a3134), Wrong: rgb(0xffb3a6), OnWrong: rgb(0x3c2120),
		Original: rgb(0x62c7bd), Corrupted: rgb(0xf0a654), Adversarial: rgb(0xff83a4),
	}
	Light = Palette{
		Paper: rgb(0xf6f4ee), Sheet: rgb(0xfffefb), Line: rgb(0xd9d4c7), Ink: rgb(0x1c2326), Soft: rgb(0x5a6265),
		Well: rgb(0xe9e5da), Wrong: rgb(0x8f1d1d), OnWrong: rgb(0xfbe6e2),
		Original: rgb(0x0f625d), Corrupted: rgb(0x9a5200), Adversarial: rgb(0xa8204a),
	}
)

// of returns the color of an image.
func (p *Palette) of(id ImageID) color.NRGBA {
	switch {
	case id == Original:
		return p.Original
	case id == Adversarial || id == Difference:
		return p.Adversarial
	}
	return p.Corrupted
}

// faint returns a color that lets what lies behind it through.
func faint(c color.NRGBA, alpha float64) color.NRGBA {
	c.A = byte(255*min(max(alpha, 0), 1) + 0.5)
	return c
}
