package evaluator

import (
	"steady/core/onnx"
	"steady/core/preprocess"
)

// The messages are those of web/src/evaluate/protocol.ts.

// Description is what can be measured.
type Description struct {
	Suites []SuiteInfo `json:"suites"`
	Shades []Shade     `json:"shades"` // of heat maps, for 0, 1, ... 100 %
}

// Shade is a color, and that of text on it.
type Shade struct {
	Fill string `json:"fill"`
	Ink  string `json:"ink"`
}

// SuiteInfo is a suite of core/bench.
type SuiteInfo struct {
	Name        string   `json:"name"`
	Title       string   `json:"title"`
	Source      string   `json:"source"`
	Note        string   `json:"note"`
	Cells       int      `json:"cells"`
	Attacks     int      `json:"attacks"` // of the cells
	Corruptions []string `json:"corruptions"`
}

// DataArgs choose the images: files of the user, or if there are none the built-in ones.
type DataArgs struct {
	Files []File `json:"files"`
	Hash  string `json:"hash"` // if it is known; "" to compute it
}

// DataAnswer describes images.
type DataAnswer struct {
	Name     string   `json:"name"`
	Hash     string   `json:"hash"`
	Images   int      `json:"images"`
	Classes  []string `json:"classes"`
	Channels int      `json:"channels"`
	Height   int      `json:"height"` // 0 if images are of any size
	Width    int      `json:"width"`
	Notes    []string `json:"notes"`
}

// ReadingStep is how many images were read for their hash.
type ReadingStep struct {
	Done   int `json:"done"`
	Images int `json:"images"`
}

// NetworkArgs go with the bytes of an ONNX file.
type NetworkArgs struct {
	Name          string           `json:"name"` // in tables
	File          string           `json:"file"`
	Classes       []string         `json:"classes"`       // their names; empty for those of the file
	Preprocessing *preprocess.Spec `json:"preprocessing"` // nil for none
	Output        string           `json:"output"`
	Size          [2]int           `json:"size"`
	Layout        onnx.Layout      `json:"layout"`
}

// NetworkAnswer describes a network that was added.
type NetworkAnswer struct {
	Name    string   `json:"name"`
	Hash    string   `json:"hash"`
	Input   []int    `json:"input"` // C, H, W
	Classes int      `json:"classes"`
	MACs    int64    `json:"macs"`
	Notes   []string `json:"notes"`
}

// RemoveArgs choose a network.
type RemoveArgs struct {
	Network int `json:"network"`
}

// PlanArgs say what to measure.
type PlanArgs struct {
	Suites []string `json:"suites"`
	Cells  []string `json:"cells"`
	Seed   uint64   `json:"seed"`
	Limit  int      `json:"limit"`  // only the first so many images; 0 for all
	Sample int      `json:"sample"` // only so many images, drawn with the seed; 0 for all
	Began  string   `json:"began"`  // when the run began, UTC as in 2026-01-02T03:04:05.678Z
}

// PlanAnswer is what is to be computed.
type PlanAnswer struct {
	ID            string             `json:"id"` // of the run: a hash of all its slices
	Images        int                `json:"images"`
	Perturbations []PerturbationInfo `json:"perturbations"`
	Tasks         []TaskInfo         `json:"tasks"`
	Notes         []string           `json:"notes"`
}

// PerturbationInfo is a column of the grid.
type PerturbationInfo struct {
	Text       string `json:"text"`
	Label      string `json:"label"`
	Corruption string `json:"corruption"` // "" for none
	Family     string `json:"family"`
	Severity   string `json:"severity"`
	Attack     string `json:"attack"` // "" for none
}

// TaskInfo is images that are prepared once and shown to several networks.
type TaskInfo struct {
	Perturbation int      `json:"perturbation"`
	First        int      `json:"first"`
	Images       int      `json:"images"`
	Networks     []int    `json:"networks"`
	Keys         []string `json:"keys"` // of the results, one for each network
}

// TaskArgs choose what of a task is computed.
type TaskArgs struct {
	Task     int   `json:"task"`
	Networks []int `json:"networks"` // of those of the task
}

// TaskStep is how many images of a task networks have answered.
type TaskStep struct {
	Done int `json:"done"` // each counts once for each network
}

// TaskAnswer is the lines of core/exchange that a task has come to, and how long it took.
type TaskAnswer struct {
	Lines          []string `json:"lines"`
	Keys           []string `json:"keys"`
	Seconds        float64  `json:"seconds"`
	NetworkSeconds float64  `json:"network_seconds"`
}

// PutArgs are results.
type PutArgs struct {
	Lines []string `json:"lines"`
}

// PutAnswer is the cells that results are of, and what was taken.
type PutAnswer struct {
	Cells   []CellInfo `json:"cells"`
	Taken   []string   `json:"taken"`   // keys of the lines with results
	Refused []string   `json:"refused"` // why lines were not, one sentence for each
}

// CellInfo is what is known of a network under a perturbation.
type CellInfo struct {
	Network      int     `json:"network"`
	Perturbation int     `json:"perturbation"`
	Images       int     `json:"images"` // measured
	All          int     `json:"all"`
	Right        int     `json:"right"`
	Lower        float64 `json:"lower"` // of the 95 % interval
	Upper        float64 `json:"upper"`
	Failure      string  `json:"failure"` // why it could not be measured; "" if it could
}

// DetailsArgs choose a network.
type DetailsArgs struct {
	Network int `json:"network"`
	Images  int `json:"images"` // of those that break first, at most
}

// DetailsAnswer is what is known of a network by class and by image.
type DetailsAnswer struct {
	Classes []ClassInfo   `json:"classes"`
	Broken  []BrokenImage `json:"broken"`
	Pixels  PixelSize     `json:"pixels"` // of the images, which follow one another: of each broken one the clean and the corrupted
}

// PixelSize is that of images as RGBA.
type PixelSize struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// ClassInfo is a class of a network.
type ClassInfo struct {
	Name      string  `json:"name"`
	Images    int     `json:"images"`
	Clean     float64 `json:"clean"`     // accuracy; -1 if it is not known
	Corrupted float64 `json:"corrupted"` // mean over the cells of corruptions that are there; -1 if there is none
}

// BrokenImage is an image that is classified correctly as it is, and wrong under many corruptions.
type BrokenImage struct {
	Image        int    `json:"image"`
	Label        string `json:"label"`
	Wrong        int    `json:"wrong"` // cells of corruptions
	Cells        int    `json:"cells"`
	Perturbation int    `json:"perturbation"` // the mildest that breaks it
	Answer       string `json:"answer"`       // then
}

// ExportArgs choose what is written: html, csv, json or lines.
type ExportArgs struct {
	Kind string `json:"kind"`
}

// SummaryAnswer is the figures of networks.
type SummaryAnswer struct {
	Models   []ModelInfo `json:"models"`
	Warnings []string    `json:"warnings"`
	Notes    []string    `json:"notes"`
}

// ModelInfo is the figures of a network; -1 for those of which cells are missing.
type ModelInfo struct {
	Name       string    `json:"name"`
	Clean      []float64 `json:"clean"` // and its interval; empty if it is not known
	Corrupted  []float64 `json:"corrupted"`
	Robustness []float64 `json:"robustness"`
	Attacked   []float64 `json:"attacked"`
	AttackedBy string    `json:"attacked_by"`
}

// Done is an answer that says nothing.
type Done struct{}
