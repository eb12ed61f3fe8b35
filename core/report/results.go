package report

import (
	"encoding/json"

	"steady/core/bench"
)

// Results is what was measured, and what was to be.
type Results struct {
	Name     string // of what they are stored in, such as a file
	Networks []Network
	Entries  []Entry
	Failures []Failure
	Runs     []Run
	Counts
}

// Network is a network on images.
type Network struct {
	Name     string
	File     string
	Cell     bench.Cell // of all images, without a perturbation
	DataName string
	Classes  []string // names of the network's classes; nil if it has none
	Labels   []int    // of at least as many images as any entry has
	Indices  []int    // of the images in their set, if they are a selection
}

// Entry is a network under a perturbation.
type Entry struct {
	Network      int // its place
	Perturbation bench.Perturbation
	Images       int           // asked for, the first so many
	Result       *bench.Result // of all of them; nil if some are missing
}

// Failure is images of a cell that could not be measured.
type Failure struct {
	Model        string `json:"model"`
	Perturbation string `json:"perturbation"`
	First        int    `json:"first"`
	Images       int    `json:"images"`
	Reason       string `json:"reason"`
}

// Run is a call of the program that measured.
type Run struct {
	At      string          `json:"started"` // UTC, as in 2026-01-02T03:04:05.678Z
	Program string          `json:"program"` // its version
	Command string          `json:"command"`
	Spec    json.RawMessage `json:"spec"`
}

// Counts are how many of the cells that were asked for are there. A cell is done when all its images are, and failed if some
// could not be measured.
type Counts struct {
	Planned int `json:"cells_planned"`
	Done    int `json:"cells_done"`
	Failed  int `json:"cells_failed"`
}
