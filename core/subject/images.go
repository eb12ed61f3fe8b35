package subject

import (
	"context"

	"steady/core/bench"
	"steady/core/eval"
)

// Images is images of a set that a run of a benchmark corrupts by itself. Use a pointer: a bench.Images must be comparable.
type Images struct {
	Clean *eval.Source

	source       *eval.Source // of the last call
	perturbation bench.Perturbation
	seed         uint64
}

// Fill is that of a bench.Images.
func (s *Images) Fill(ctx context.Context, dst []float32, p bench.Perturbation, seed uint64, first, n int) error {
	if s.source == nil || s.perturbation != p || s.seed != seed {
		source := s.Clean
		if c, o, jpeg := p.Corruption(); c != nil {
			o.Seed = seed
			var err error
			if source, err = s.Clean.With(c, o, jpeg); err != nil {
				return err
			}
		}
		s.source, s.perturbation, s.seed = source, p, seed
	}
	return s.source.Fill(ctx, dst, first, n)
}
