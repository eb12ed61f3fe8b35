package train

import "slices"

// Figures are what was measured of a trained network on test images. Shares are from 0 to 1, each with the number of images
// that it is of.
type Figures struct {
	Data      string     `json:"data"` // the set, such as cifar10-test
	Clean     Figure     `json:"clean"`
	Corrupted *Corrupted `json:"corrupted,omitempty"`
	Attacked  []Attacked `json:"attacked,omitempty"`
	Revision  string     `json:"revision,omitempty"` // of the program that measured
	Machine   string     `json:"machine,omitempty"`
}

// Figure is an accuracy on n images.
type Figure struct {
	Accuracy float64 `json:"accuracy"`
	N        int     `json:"n"`
}

// Corrupted is the accuracy on corrupted images.
type Corrupted struct {
	Suite   string         `json:"suite"`   // of the corruptions
	Profile string         `json:"profile"` // whose constants they have
	Seed    uint64         `json:"seed"`
	N       int            `json:"n"`              // images at each severity of each corruption
	Mean    float64        `json:"mean"`           // over the corruptions
	Seen    *float64       `json:"seen,omitempty"` // over those that the recipe trains on, if it trains on any of them
	Unseen  *float64       `json:"unseen,omitempty"`
	Each    []CorruptionBy `json:"each"`
}

// CorruptionBy is the accuracy on the images of one corruption.
type CorruptionBy struct {
	Corruption string    `json:"corruption"`
	Seen       bool      `json:"seen,omitempty"` // in training
	Mean       float64   `json:"mean"`           // over the severities
	Severities []float64 `json:"severities"`     // from 1
}

// Attacked is what an attack leaves of the accuracy.
type Attacked struct {
	Attack     string   `json:"attack"`     // as attack.Parse reads it
	Parameters string   `json:"parameters"` // all of them, in words: defaults may change
	N          int      `json:"n"`          // the first images of the set
	Accuracy   float64  `json:"robust_accuracy"`
	MedianL2   *float64 `json:"median_l2,omitempty"` // of the successes, of an attack that looks for the closest image
}

// Under returns what an attack leaves, as it is written in Attacked; nil if that was not measured.
func (f *Figures) Under(attack string) *Attacked {
	for i := range f.Attacked {
		if f.Attacked[i].Attack == attack {
			return &f.Attacked[i]
		}
	}
	return nil
}

// SetMeans sets the means of the corruptions from their severities, and which of them were seen in training.
func (c *Corrupted) SetMeans(seen []string) {
	var all, in, out mean
	for i := range c.Each {
		e := &c.Each[i]
		var m mean
		for _, a := range e.Severities {
			m.add(a)
		}
		e.Mean, e.Seen = m.value(), slices.Contains(seen, e.Corruption)
		all.add(e.Mean)
		if e.Seen {
			in.add(e.Mean)
		} else {
			out.add(e.Mean)
		}
	}
	c.Mean, c.Seen, c.Unseen = all.value(), nil, nil
	if in.n > 0 && out.n > 0 {
		s, u := in.value(), out.value()
		c.Seen, c.Unseen = &s, &u
	}
}

type mean struct {
	sum float64
	n   int
}

func (m *mean) add(v float64)  { m.sum, m.n = m.sum+v, m.n+1 }
func (m *mean) value() float64 { return m.sum / float64(max(m.n, 1)) }
