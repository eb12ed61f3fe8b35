package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/img"
	"steady/core/subject"
	"steady/tools/internal/model"
)

// photos are those of the page.
const photos = "web/static/photos"

// ImageNet-C on so many networks.
const (
	validation  = 50_000 // images
	tenNetworks = 10
)

// imageNet measures the network of 224×224 pixels that comes with the program, and the corruptions of ImageNet-C at that
// size, and prints what the whole benchmark costs.
func imageNet(ctx context.Context, w io.Writer) error {
	m, err := model.Open(model.Options{Name: "efficientnet-lite0", Backend: model.Backend{Name: "cpu", Threads: 1}})
	if err != nil {
		return err
	}
	shape := m.InputShape()
	set := &dataset.Set{C: 3, H: shape[1], W: shape[2]}
	for _, name := range []string{"astronaut", "chelsea", "coffee", "goldfish", "moose", "raccoon", "rocket"} {
		pix, err := photo(filepath.Join(photos, name+".jpg"), shape[2], shape[1])
		if err != nil {
			return err
		}
		set.Pix, set.Labels = append(set.Pix, pix...), append(set.Labels, 0)
	}
	n := set.Len()
	source, err := eval.NewSource(set.Images(), shape, eval.Options{})
	if err != nil {
		return err
	}
	suite, err := bench.LookupSuite("imagenet-c")
	if err != nil {
		return err
	}
	x := make([]float32, n*shape.Size())
	clean := &subject.Images{Clean: source}
	corrupting := 0.0
	for _, p := range suite.Perturbations {
		s, err := median(3, func() error { return clean.Fill(ctx, x, p, 1, 0, n) })
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		corrupting += s / float64(n) / float64(len(suite.Perturbations))
	}
	logits := make([]float32, n*m.Classes())
	passing, err := median(5, func() error { return m.Logits(logits, x) })
	if err != nil {
		return err
	}
	passing /= float64(n)
	cells := len(suite.Perturbations)
	passes := tenNetworks * (cells + 1) * validation
	fmt.Fprintf(w, "ImageNet-C on %d networks: %d × (%d + 1) × %d = %.3g million forward passes, and %.3g million corrupted images, each for all networks.\n\n"+
		"| on one core | milliseconds | times | hours |\n|---|---|---|---|\n| corrupting an image of %d×%d, with JPEG: mean of %d cells | %.3g | %.3g million | %.3g |\n"+
		"| a forward pass of %s (%.0f million multiply-adds) | %.3g | %.3g million | %.3g |\n", tenNetworks, tenNetworks, cells, validation, float64(passes)/1e6, float64(cells*validation)/1e6,
		shape[2], shape[1], cells, 1000*corrupting, float64(cells*validation)/1e6, corrupting*float64(cells*validation)/3600,
		m.Name, float64(m.MACs)/1e6, 1000*passing, float64(passes)/1e6, passing*float64(passes)/3600)
	return nil
}

// photo returns the planes of a photograph, scaled and cropped as is usual.
func photo(path string, w, h int) ([]uint8, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w: want to be called in the folder of the repository", err)
	}
	defer f.Close()
	m, err := img.Decode(f, img.DefaultMaxPixels)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if m, err = m.ResizeCrop(h*8/7, w, h); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	pix := make([]uint8, len(m.Pix))
	for i, v := range m.Pix {
		pix[i] = uint8(v*255 + 0.5)
	}
	return pix, nil
}
