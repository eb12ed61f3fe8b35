package benchrun

import (
	"context"
	"fmt"

	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/img"
	"steady/core/nn"
	"steady/core/report"
	"steady/tools/internal/datafile"
)

// exampleSource makes images as networks saw them.
type exampleSource struct {
	networks []report.Network
	sources  map[string]*eval.Source // by the hash of the data and the preparation
}

// newExampleSource returns an error if images are not those that the networks were measured on.
func newExampleSource(ctx context.Context, results *report.Results, images *dataset.Images) (*exampleSource, error) {
	print, _, err := fingerprint(ctx, images)
	if err != nil {
		return nil, datafile.Hint(err)
	}
	hash, _ := knownHash(results.Name, print)
	if hash == "" {
		if hash, err = images.Hash(ctx, nil); err != nil {
			return nil, datafile.Hint(err)
		}
	}
	s := &exampleSource{results.Networks, map[string]*eval.Source{}}
	for _, n := range results.Networks {
		set, data := images, hash
		if n.Indices != nil {
			for _, i := range n.Indices {
				if i < 0 || i >= images.Len() {
					return nil, fmt.Errorf("data %s: %d images, but number %d was measured", images.Name, images.Len(), i)
				}
			}
			set, data = images.Select(n.Indices), sampleHash(hash, n.Indices, n.Cell.Seed)
		}
		if data != n.Cell.Data {
			return nil, fmt.Errorf("data %s: not the images that %s was measured on", images.Name, n.Name)
		}
		shape, options, err := parsePreparation(n.Cell.Preparation)
		if err != nil {
			return nil, err
		}
		source, err := eval.NewSource(set, shape, options)
		if err != nil {
			return nil, err
		}
		s.sources[n.Cell.Data+n.Cell.Preparation] = source
	}
	return s, nil
}

// maxSide bounds the sides of images that are shown: a store from elsewhere may say anything.
const maxSide = 4096

// parsePreparation reads what preparation writes.
func parsePreparation(text string) (shape nn.Shape, o eval.Options, err error) {
	shape = make(nn.Shape, 3)
	n, _ := fmt.Sscanf(text, "resize=%d crop input=%d×%d×%d", &o.Resize, &shape[0], &shape[1], &shape[2])
	if o.Crop = n == 4; !o.Crop {
		o.Resize = 0
		n, _ = fmt.Sscanf(text, "input=%d×%d×%d", &shape[0], &shape[1], &shape[2])
	}
	side := func(n int) bool { return n > 0 && n <= maxSide }
	if n < 3 || !side(shape[1]) || !side(shape[2]) || o.Resize != 0 && !side(o.Resize) {
		return nil, o, fmt.Errorf("images prepared as %.80q, which this program does not know", text)
	}
	return shape, o, nil
}

// image is that of report.HTMLOptions. Of images that others have corrupted, and frost of photographs, it has none.
func (s *exampleSource) image(network int, p bench.Perturbation, i int) (*img.Image, error) {
	cell := s.networks[network].Cell
	source := s.sources[cell.Data+cell.Preparation]
	c, o, jpeg := p.Corruption()
	if p.Files() != "" || c != nil && c.Name == "frost" && cell.Overlays != "" {
		return nil, report.ErrNoImage
	}
	if c != nil {
		o.Seed = cell.Seed
		var err error
		if source, err = source.With(c, o, jpeg); err != nil {
			return nil, err
		}
	}
	m, err := source.Image(i, nil)
	if err == nil && source.Shape()[0] == 1 {
		m.Gray()
	}
	return m, err
}
