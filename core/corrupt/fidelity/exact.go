package fidelity

import (
	"math"

	"steady/core/corrupt"
	"steady/core/img"
)

// Distance is the difference of ours from the reference at one size and severity, in the bytes of the sampled pixels of
// all photographs.
type Distance struct {
	Side, Severity int
	PSNR           float64 // dB; +Inf if all are equal
	Largest        int     // the largest difference of a byte
	Differ, Of     int     // the number of bytes that differ, and of all
}

// Exact compares a deterministic corruption at every size and severity. It returns no distances if it was not recorded.
func (r *Reference) Exact(c *corrupt.Corruption) ([]Distance, error) {
	var all []Distance
	for _, side := range Sides {
		for severity := 1; severity <= 5; severity++ {
			d := Distance{Side: side, Severity: severity}
			sum := 0
			for _, o := range r.exact.Outputs {
				if o.Corruption != c.Name || o.Side != side || o.Severity != severity {
					continue
				}
				ours := img.New(side, side)
				if err := c.Apply(ours, r.Input(o.Photograph, side), corrupt.Options{Severity: severity}); err != nil {
					return nil, err
				}
				pix := stored(ours)
				for i, place := range r.exact.Pixels[side] {
					for k, want := range o.Bytes[3*i : 3*i+3] {
						difference := int(pix[3*place+k]) - int(want)
						if difference < 0 {
							difference = -difference
						}
						if difference > 0 {
							d.Differ++
						}
						d.Of++
						d.Largest = max(d.Largest, difference)
						sum += difference * difference
					}
				}
			}
			if d.Of > 0 {
				d.PSNR = 10 * math.Log10(255*255*float64(d.Of)/float64(sum))
				all = append(all, d)
			}
		}
	}
	return all, nil
}
