package picture

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"steady/core/corrupt"
	"steady/core/img"
)

const (
	sheetSide    = 224 // of an image: the size that ImageNet-C's constants are made for
	sheetColumns = 8
	sheetGap     = 12
	sheetCaption = 26
)

// Cell is an image of a contact sheet.
type Cell struct {
	Image   *img.Image
	Caption string
}

// Corruptions returns the cells of the middle of a photograph under corruptions, itself first.
func Corruptions(photo *img.Image, list []*corrupt.Corruption, o corrupt.Options) ([]Cell, error) {
	original := photo.Fit(sheetSide, sheetSide)
	cells := []Cell{{original, "original"}}
	for _, c := range list {
		m := original.Clone()
		if err := c.ApplyBytes(m, o); err != nil {
			return nil, err
		}
		cells = append(cells, Cell{m, strings.ReplaceAll(c.Label(), "_", " ")})
	}
	return cells, nil
}

// Sheet lays cells out in rows, on white.
func Sheet(cells []Cell) (*img.Image, error) {
	columns := min(sheetColumns, len(cells))
	rows := (len(cells) + columns - 1) / columns
	stepX, stepY := sheetSide+sheetGap, sheetSide+sheetCaption+sheetGap
	sheet := image.NewNRGBA(image.Rect(0, 0, sheetGap+columns*stepX, sheetGap+rows*stepY))
	draw.Draw(sheet, sheet.Bounds(), image.White, image.Point{}, draw.Src)
	parsed, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("contact sheet: font: %w", err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: 17, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("contact sheet: font: %w", err)
	}
	defer face.Close()
	pen := font.Drawer{Dst: sheet, Src: image.NewUniform(color.Gray{40}), Face: face}
	for i, c := range cells {
		x, y := sheetGap+i%columns*stepX, sheetGap+i/columns*stepY
		at := image.Rect(x, y, x+sheetSide, y+sheetSide)
		draw.Draw(sheet, at, c.Image.ToImage(), image.Point{}, draw.Src)
		pen.Dot = fixed.P(x, y+sheetSide+sheetCaption-7)
		pen.DrawString(c.Caption)
	}
	return img.FromImage(sheet), nil
}
