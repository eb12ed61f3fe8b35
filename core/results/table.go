package results

import (
	"encoding/json"
	"fmt"
	"slices"

	"steady/core/score"
)

// Table is which images networks got right in some cells.
type Table struct {
	Title    string
	Protocol map[string]string // what is to be known of how it was made, by name; nil if nothing
	Made     []string          // commands that measured
	Images   []Images
	Cells    []Cell
	Networks []Network
}

// Images are a set, or a sample of it, as networks of one input shape see it.
type Images struct {
	Name        string `json:"name"`
	Hash        string `json:"hash"`        // of images and labels, with what identifies a sample
	Preparation string `json:"preparation"` // how they are scaled and cropped, and to what size
}

// Cell is a perturbation of images.
type Cell struct {
	Perturbation string `json:"perturbation"` // as bench.Parse reads it: "clean", "fog{severity=3}", "pgd{eps=8/255,norm=linf}"
	Images       int    `json:"images"`       // place in Table.Images
	N            int    `json:"n"`            // number of them, from the first on
	Seed         uint64 `json:"seed"`
	Overlays     string `json:"overlays,omitempty"` // hash of the photographs that frost is cut from; "" if it is grown
}

// Network is a network, and what it got right.
type Network struct {
	Name   string
	File   string // without folders
	SHA256 string
	Input  string   // how it takes pixels where its file does not say so; "" for nothing
	Card   *Card    // nil if it has none
	Right  [][]bool // in each cell, for each image whether it is; nil for a cell that was not measured
}

// Card is what a network's model card says of its training.
type Card struct {
	Architecture string          `json:"architecture"`
	Parameters   int             `json:"parameters"`
	MultiplyAdds int64           `json:"multiply_adds"`
	Data         string          `json:"data"`
	Images       int             `json:"images"` // that it was trained on
	Recipe       string          `json:"recipe"`
	TrainedOn    []string        `json:"trained_on"` // corruptions; empty if on none
	Seed         uint64          `json:"seed"`
	Epochs       int             `json:"epochs"`
	Training     json.RawMessage `json:"training"`            // all parameters of the recipe
	InitFrom     string          `json:"init_from,omitempty"` // SHA-256 of the file that training continued from
	Accuracy     float64         `json:"accuracy"`            // on all test images
	TestImages   int             `json:"test_images"`
	Seconds      float64         `json:"processor_seconds,omitempty"`
	Machine      string          `json:"machine,omitempty"`
	Command      string          `json:"command,omitempty"`
	Revision     string          `json:"revision,omitempty"`
}

// Check returns an error if a number is below 0, or a corruption is there twice.
func (c *Card) Check() error {
	for _, number := range []struct {
		name  string
		value float64
	}{
		{"parameters", float64(c.Parameters)}, {"multiply_adds", float64(c.MultiplyAdds)}, {"images", float64(c.Images)}, {"epochs", float64(c.Epochs)},
		{"accuracy", c.Accuracy}, {"test_images", float64(c.TestImages)}, {"processor_seconds", c.Seconds},
	} {
		if number.value < 0 {
			return fmt.Errorf("%s is %g: want 0 or more", number.name, number.value)
		}
	}
	for i, name := range c.TrainedOn {
		if slices.Contains(c.TrainedOn[:i], name) {
			return fmt.Errorf("trained_on has %.60s twice", name)
		}
	}
	return nil
}

// Measured reports whether a network was measured in a cell.
func (t *Table) Measured(network, cell int) bool { return t.Networks[network].Right[cell] != nil }

// Count returns how many images a network got right in a cell, and of how many: 0 of 0 if it was not measured there.
func (t *Table) Count(network, cell int) (right, n int) {
	all := t.Networks[network].Right[cell]
	for _, r := range all {
		if r {
			right++
		}
	}
	return right, len(all)
}

// Accuracy returns the share of images that a network got right in a cell: NaN if it was not measured there.
func (t *Table) Accuracy(network, cell int) float64 { return score.Accuracy(t.Count(network, cell)) }

// Network returns the place of a network, or an error if there is none of the name.
func (t *Table) Network(name string) (int, error) {
	if i := slices.IndexFunc(t.Networks, func(n Network) bool { return n.Name == name }); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("results: no network %.60q in the table", name)
}

// Cell returns the place of the first cell of a perturbation, -1 if there is none.
func (t *Table) Cell(perturbation string) int {
	return slices.IndexFunc(t.Cells, func(c Cell) bool { return c.Perturbation == perturbation })
}

// Check returns an error if something in the table does not fit together.
func (t *Table) Check() error {
	cells := make(map[Cell]bool, len(t.Cells))
	for i, c := range t.Cells {
		switch {
		case c.Perturbation == "":
			return fmt.Errorf("results: cells[%d]: no perturbation", i)
		case c.Images < 0 || c.Images >= len(t.Images):
			return fmt.Errorf("results: cells[%d]: images %d of %d sets: want a place in images", i, c.Images, len(t.Images))
		case c.N < 1 || c.N > maxImages:
			return fmt.Errorf("results: cells[%d]: %d images: want 1 to %d", i, c.N, maxImages)
		case cells[c]:
			return fmt.Errorf("results: cells[%d]: %s of the same images is there twice", i, c.Perturbation)
		}
		cells[c] = true
	}
	names := map[string]bool{}
	for i, n := range t.Networks {
		switch {
		case n.Name == "":
			return fmt.Errorf("results: networks[%d]: no name", i)
		case names[n.Name]:
			return fmt.Errorf("results: networks[%d]: there are two of the name %s", i, n.Name)
		case len(n.Right) != len(t.Cells):
			return fmt.Errorf("results: networks[%d]: results of %d cells, want %d", i, len(n.Right), len(t.Cells))
		}
		names[n.Name] = true
		if n.Card != nil {
			if err := n.Card.Check(); err != nil {
				return fmt.Errorf("results: networks[%d].card: %w", i, err)
			}
		}
		for k, right := range n.Right {
			if right != nil && len(right) != t.Cells[k].N {
				return fmt.Errorf("results: networks[%d]: %d images in cell %d, want %d", i, len(right), k, t.Cells[k].N)
			}
		}
	}
	return nil
}
