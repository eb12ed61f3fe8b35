package fidelity

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"steady/core/img"
)

// What record.py has written.
var (
	//go:embed exact.json
	exactJSON []byte
	//go:embed statistics.json
	statisticsJSON []byte
)

// Tools are the versions of what the reference was run with, by name.
type Tools map[string]string

// Reference holds the recorded numbers and the images that they are about.
type Reference struct {
	Tools  Tools
	inputs map[int][]Input // by side, in the order of photographs

	exact struct {
		Tools   Tools
		Inputs  map[string]string // hashes by name
		Pixels  map[int][]int     // by side: places of the sample, row by row
		Outputs []output
	}
	drawn struct {
		Names   []string
		Edges   map[int][]int
		Floor   float64
		Records []record
	}
}

// output holds what the reference made of one image: three bytes for each pixel of the sample.
type output struct {
	Corruption, Photograph string
	Side, Severity         int
	Bytes                  []byte
}

// record holds what the reference did on average, and the standard errors.
type record struct {
	Corruption     string
	Side, Severity int
	Mean, Error    []float64
}

// ErrInputs matches the error for photographs whose pixels are not those of the recording: another image, or another
// decoder of JPEG.
var ErrInputs = errors.New("other pixels than those recorded: run record.py again")

// Open returns the reference with the inputs of the folder of the page's photographs, which must be those of the
// recording: else the error matches ErrInputs.
func Open(photos fs.FS) (*Reference, error) {
	r := &Reference{inputs: map[int][]Input{}}
	if err := json.Unmarshal(exactJSON, &r.exact); err != nil {
		return nil, fmt.Errorf("fidelity: exact.json: %w", err)
	}
	if err := json.Unmarshal(statisticsJSON, &r.drawn); err != nil {
		return nil, fmt.Errorf("fidelity: statistics.json: %w", err)
	}
	r.Tools = r.exact.Tools
	inputs, err := Inputs(photos)
	if err != nil {
		return nil, err
	}
	for _, in := range inputs {
		if got, want := in.sum(), r.exact.Inputs[in.Name()]; got != want {
			return nil, fmt.Errorf("fidelity: %s has the hash %s, want %s: %w", in.Name(), got, want, ErrInputs)
		}
		r.inputs[in.Side] = append(r.inputs[in.Side], in)
	}
	return r, nil
}

// Input returns a photograph at one of the two sizes. It panics if there is none of that name and size.
func (r *Reference) Input(photograph string, side int) *img.Image {
	for _, in := range r.inputs[side] {
		if in.Photograph == photograph {
			return in.Image
		}
	}
	panic(fmt.Sprintf("fidelity: no photograph %s of %d pixels", photograph, side))
}
