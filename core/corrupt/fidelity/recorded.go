package fidelity

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"steady/core/corrupt"
	"steady/core/img"
)

// What record.py and record_laugros.py have written.
var (
	//go:embed exact.json
	exactJSON []byte
	//go:embed statistics.json
	statisticsJSON []byte
	//go:embed laugros_exact.json
	laugrosExactJSON []byte
	//go:embed laugros_statistics.json
	laugrosStatisticsJSON []byte
)

// Tools are the versions of what the reference was run with, by name.
type Tools map[string]string

// Reference holds the recorded numbers and the images that they are about.
type Reference struct {
	Tools        Tools
	LaugrosTools Tools
	inputs       map[int][]Input // by side, in the order of photographs

	// Of all suites.
	exact exactFile
	drawn statisticsFile
}

// exactFile is a file of recorded bytes.
type exactFile struct {
	Tools   Tools
	Inputs  map[string]string // hashes by name
	Pixels  map[int][]int     // by side: places of the sample, row by row
	Outputs []output
}

// statisticsFile is a file of recorded statistics.
type statisticsFile struct {
	Tools   Tools
	Names   []string
	Edges   map[int][]int
	Floor   float64
	Records []record
}

// output holds what the reference made of one image: three bytes for each pixel of the sample. Where it draws more than
// the amount, from few possibilities, there are several outcomes.
type output struct {
	Corruption, Photograph string
	Setting
	Bytes    []byte
	Outcomes [][]byte
}

// Setting is a size and severity that is compared.
type Setting struct{ Side, Severity int }

// record holds what the reference did on average, and the standard errors.
type record struct {
	Corruption string
	Setting
	Mean, Error []float64
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
	var exact exactFile
	if err := json.Unmarshal(laugrosExactJSON, &exact); err != nil {
		return nil, fmt.Errorf("fidelity: laugros_exact.json: %w", err)
	}
	var drawn statisticsFile
	if err := json.Unmarshal(laugrosStatisticsJSON, &drawn); err != nil {
		return nil, fmt.Errorf("fidelity: laugros_statistics.json: %w", err)
	}
	r.exact.Outputs = append(r.exact.Outputs, exact.Outputs...)
	r.drawn.Records = append(r.drawn.Records, drawn.Records...)
	r.Tools, r.LaugrosTools = r.exact.Tools, drawn.Tools
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

// Settings returns the settings at which a random corruption was recorded.
func (r *Reference) Settings(c *corrupt.Corruption) []Setting {
	var settings []Setting
	for _, record := range r.drawn.Records {
		if record.Corruption == c.Name {
			settings = append(settings, record.Setting)
		}
	}
	return settings
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
