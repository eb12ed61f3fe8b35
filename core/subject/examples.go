package subject

import (
	"fmt"

	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/img"
	"steady/core/report"
)

// Examples makes images as networks saw them.
type Examples struct {
	networks []report.Network
	sources  map[string]*eval.Source // by the hash of the data and the preparation
}

// NewExamples returns an error if images, whose hash is given, are not those that the networks were measured on.
func NewExamples(networks []report.Network, images *dataset.Images, hash string) (*Examples, error) {
	s := &Examples{networks, map[string]*eval.Source{}}
	for _, n := range networks {
		set, data := images, hash
		if n.Indices != nil {
			for _, i := range n.Indices {
				if i < 0 || i >= images.Len() {
					return nil, fmt.Errorf("data %s: %d images, but number %d was measured", images.Name, images.Len(), i)
				}
			}
			set, data = images.Select(n.Indices), SampleHash(hash, n.Indices, n.Cell.Seed)
		}
		if data != n.Cell.Data {
			return nil, fmt.Errorf("data %s: not the images that %s was measured on", images.Name, n.Name)
		}
		shape, options, err := ParsePreparation(n.Cell.Preparation)
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

// Image is that of report.HTMLOptions. Of images that others have corrupted, and frost of photographs, there is none.
func (s *Examples) Image(network int, p bench.Perturbation, i int) (*img.Image, error) {
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
