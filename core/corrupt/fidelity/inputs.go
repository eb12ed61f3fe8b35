package fidelity

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"io/fs"

	"steady/core/corrupt"
	"steady/core/img"
)

var photographs = []string{"astronaut", "chelsea", "coffee", "rocket"}

// Sides are the sides, in pixels, of the images that the reference's constants are made for.
var Sides = []int{224, 32}

// Input is the middle of a photograph, a square, with 8 bits a channel.
type Input struct {
	Photograph string
	Side       int
	Image      *img.Image
}

// Inputs returns the images that are compared, from the folder of the page's photographs.
func Inputs(photos fs.FS) ([]Input, error) {
	var inputs []Input
	for _, name := range photographs {
		f, err := photos.Open(name + ".jpg")
		if err != nil {
			return nil, fmt.Errorf("fidelity: the photograph %s: %w", name, err)
		}
		photo, err := decode(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("fidelity: the photograph %s: %w", name, err)
		}
		for _, side := range Sides {
			m := photo.Fit(side, side)
			corrupt.Truncate(m)
			inputs = append(inputs, Input{name, side, m})
		}
	}
	return inputs, nil
}

// decode reads a photograph as it was when the reference was recorded: each sample of color is repeated over its pixels,
// and not interpolated as img.Decode does since.
func decode(r io.Reader) (*img.Image, error) {
	m, err := jpeg.Decode(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", img.ErrFormat, err)
	}
	out := image.NewNRGBA(m.Bounds())
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			c := color.YCbCrModel.Convert(m.At(x, y)).(color.YCbCr)
			r, g, b := color.YCbCrToRGB(c.Y, c.Cb, c.Cr)
			out.SetNRGBA(x, y, color.NRGBA{r, g, b, 255})
		}
	}
	return img.FromImage(out), nil
}

// Name returns a unique name: the photograph and the side.
func (in Input) Name() string { return fmt.Sprintf("%s-%d", in.Photograph, in.Side) }

// sum returns a hash of the bytes.
func (in Input) sum() string {
	s := sha256.Sum256(stored(in.Image))
	return hex.EncodeToString(s[:8])
}

// stored returns an image's H×W×3 bytes as the published files have them.
func stored(m *img.Image) []byte {
	pix := make([]byte, len(m.Pix))
	corrupt.PutBytes(pix, m)
	return pix
}
