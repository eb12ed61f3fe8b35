package fidelity

import (
	"math"
	"slices"

	"steady/core/corrupt"
	"steady/core/random"
)

// Distance is the difference of ours from the reference at one size and severity, in the bytes of the sampled pixels of
// all photographs.
type Distance struct {
	Setting
	PSNR       float64 // dB; +Inf if all are equal
	Largest    int     // the largest difference of a byte
	Differ, Of int     // the number of bytes that differ, and of all
}

// Exact compares a corruption pixel by pixel at every setting that is recorded: a deterministic one, or one of the suite
// Laugros with the amounts of Quantiles. It returns no distances if nothing is recorded.
func (r *Reference) Exact(c *corrupt.Corruption) ([]Distance, error) {
	var all []Distance
	sums := map[Setting]int{}
	for _, o := range r.exact.Outputs {
		if o.Corruption != c.Name {
			continue
		}
		ours := r.Input(o.Photograph, o.Side).Clone()
		if err := c.ApplyBytes(ours, given(o.Photograph, o.Severity)); err != nil {
			return nil, err
		}
		if len(all) == 0 || all[len(all)-1].Setting != o.Setting {
			all = append(all, Distance{Setting: o.Setting})
		}
		d := &all[len(all)-1]
		sums[o.Setting] += d.add(stored(ours), r.exact.Pixels[o.Side], o)
		d.PSNR = 10 * math.Log10(255*255*float64(d.Of)/float64(sums[o.Setting]))
	}
	return all, nil
}

// add adds the differences from the nearest outcome and returns the sum of their squares.
func (d *Distance) add(pix []byte, places []int, o output) int {
	var nearest Distance
	least := math.MaxInt
	for _, outcome := range append(o.Outcomes, o.Bytes) {
		if len(outcome) == 0 {
			continue
		}
		sum, to := 0, Distance{}
		for i, place := range places {
			for k, want := range outcome[3*i : 3*i+3] {
				difference := int(pix[3*place+k]) - int(want)
				difference = max(difference, -difference)
				if difference > 0 {
					to.Differ++
				}
				to.Of++
				to.Largest = max(to.Largest, difference)
				sum += difference * difference
			}
		}
		if sum < least {
			least, nearest = sum, to
		}
	}
	d.Differ += nearest.Differ
	d.Of += nearest.Of
	d.Largest = max(d.Largest, nearest.Largest)
	return least
}

// given returns the options of a photograph for which Exact compares.
func given(photograph string, severity int) corrupt.Options {
	return corrupt.Options{Severity: severity, Seed: 1, Index: uint64(slices.Index(photographs, photograph))}
}

// Quantiles returns, for each corruption of the suite Laugros and each photograph, where in their ranges the amounts of
// Exact are: the first two numbers that are drawn. Only translation has a second amount.
func Quantiles() map[string]map[string][2]float64 {
	all := map[string]map[string][2]float64{}
	for _, c := range corrupt.In(corrupt.Laugros) {
		all[c.Name] = map[string][2]float64{}
		for _, name := range photographs {
			o := given(name, corrupt.FullRange)
			source := random.New(o.Seed, o.Index, c.Name, o.Severity)
			all[c.Name][name] = [2]float64{source.Float64(), source.Float64()}
		}
	}
	return all
}
