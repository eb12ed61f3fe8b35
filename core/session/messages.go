package session

import (
	"steady/core/attack"
	"steady/core/onnx"
	"steady/core/preprocess"
)

// The types below are the messages of web/src/lab/protocol.ts in Go; a test of wasm/lab compares the two.

// Description is what there is to choose from.
type Description struct {
	Corruptions []CorruptionInfo    `json:"corruptions"`
	Attacks     []AttackInfo        `json:"attacks"`
	Presets     []preprocess.Preset `json:"presets"`  // usual ways in which networks take their pixels
	ViewSize    int                 `json:"viewSize"` // side in pixels of the square that people look at
}

// CorruptionInfo describes one corruption of the registry.
type CorruptionInfo struct {
	Name       string `json:"name"`
	Label      string `json:"label"` // beside images and numbers
	Suite      string `json:"suite"` // the benchmark that it comes from
	Family     string `json:"family"`
	Summary    string `json:"summary"`  // what it does, in one sentence
	Severity   string `json:"severity"` // what the levels are, in its own units
	Source     string `json:"source"`   // where it is defined
	Stochastic bool   `json:"stochastic"`
}

// AttackInfo describes one attack of the registry.
type AttackInfo struct {
	Name       string       `json:"name"`
	Title      string       `json:"title"`
	Summary    string       `json:"summary"`
	Source     string       `json:"source"`
	Access     string       `json:"access"` // what it must see of the network: attack.Access
	Targetable bool         `json:"targetable"`
	Norms      []AttackNorm `json:"norms"`
}

// AttackNorm is the controls of an attack in one norm.
type AttackNorm struct {
	Norm     string    `json:"norm"` // "" for an attack that has none
	Controls []Control `json:"controls"`
}

// Control is one thing to set for an attack, in the unit that is shown.
type Control struct {
	Name    string   `json:"name"`
	Label   string   `json:"label"`
	Hint    string   `json:"hint"`
	Kind    string   `json:"kind"`  // "number", "whole", "switch" (0 or 1) or "choice" (1, 2, ... of Options)
	Value   float64  `json:"value"` // at first
	Min     float64  `json:"min"`
	Max     float64  `json:"max"`
	Unit    string   `json:"unit"`
	Options []string `json:"options,omitempty"`
	Main    bool     `json:"main"` // in sight, not folded away
}

// NetworkArgs go with the ONNX file of a network.
type NetworkArgs struct {
	Classes       []string         `json:"classes"`       // their names; empty for those of the file
	Preprocessing *preprocess.Spec `json:"preprocessing"` // nil for none
	Output        string           `json:"output"`        // name of the file's output that has the class scores; "" for the one that fits
	Size          [2]int           `json:"size"`          // height and width of the images where the file leaves them open; 0 for none
	Layout        onnx.Layout      `json:"layout"`        // order of the input's numbers where the file leaves it open
}

// NamesArgs go with the bytes of a file of class names.
type NamesArgs struct {
	File string `json:"file"` // its name, for errors
}

// NamesAnswer is the names in a file.
type NamesAnswer struct {
	Names []string `json:"names"`
}

// NetworkInfo describes a network that was taken.
type NetworkInfo struct {
	Input   []int    `json:"input"` // C, H, W
	Classes []string `json:"classes"`
	Params  int      `json:"params"`
	MACs    int64    `json:"macs"` // multiply-accumulates for an image

	Notes []string `json:"notes,omitempty"` // sentences on how the file was taken, for whoever opened it
}

// ImageArgs go with the bytes of an image.
type ImageArgs struct {
	Width  int `json:"width"` // of RGBA pixels; 0 when the bytes are an image file
	Height int `json:"height"`
}

// ImageInfo is the size of an image that was taken, in pixels.
type ImageInfo struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// CorruptArgs say how to corrupt.
type CorruptArgs struct {
	Corruption string `json:"corruption"` // its name
	Severity   int    `json:"severity"`   // 1 to 5
	Seed       uint64 `json:"seed"`
	Where      string `json:"where"` // "net": at the network's size; "view": at the size that people look at, and then shrunk
}

// GalleryArgs say which corruptions to show.
type GalleryArgs struct {
	Names    []string `json:"names"` // of corruptions
	Severity int      `json:"severity"`
	Seed     uint64   `json:"seed"`
}

// GalleryAnswer is the image under several corruptions.
type GalleryAnswer struct {
	Images []Placed `json:"images"` // named after the corruptions
}

// ClassifyAnswer is what the network says of a corrupted image.
type ClassifyAnswer struct {
	Probs []float32 `json:"probs"` // probability of each class
}

// FrameArgs go with the RGBA pixels of a webcam frame.
type FrameArgs struct {
	CorruptArgs
	ImageArgs
	Index uint64 `json:"index"` // of the frame: each has noise of its own
}

// Placed is where an image lies in [Session.Pixels]: 4·Width·Height bytes from Offset on.
type Placed struct {
	Name   string `json:"name"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Offset int    `json:"offset"`
}

// LookAnswer is the image and the corrupted image, and what the network says of them.
type LookAnswer struct {
	Images      []Placed      `json:"images"`
	Width       int           `json:"width"` // of the image as it came
	Height      int           `json:"height"`
	Original    []float32     `json:"original,omitempty"`  // probability of each class; nil without a network
	Corrupted   []float32     `json:"corrupted,omitempty"` // the same of the corrupted image
	Second      *SecondAnswer `json:"second,omitempty"`    // nil without a second network
	ProfileView string        `json:"profileView"`         // constants of the corruption at the size that people look at
	ProfileNet  string        `json:"profileNet"`          // and at the network's
	Backend     string        `json:"backend,omitempty"`   // backend that computed: "cpu" or "webgpu"
}

// SecondAnswer is what a second network says of the image and the corrupted image: each network is shown them at its own size,
// corrupted there, unless they are corrupted at the size that people look at.
type SecondAnswer struct {
	Original  []float32 `json:"original"` // probability of each of its classes
	Corrupted []float32 `json:"corrupted"`
}

// BackendArgs say which backend to use.
type BackendArgs struct {
	Backend  string `json:"backend"`  // "cpu", "webgpu" or "auto", the faster of them
	Software bool   `json:"software"` // take a software adapter
}

// BackendAnswer says which backend is used from now on.
type BackendAnswer struct {
	Backend string  `json:"backend"`           // "cpu" or "webgpu"
	Adapter string  `json:"adapter,omitempty"` // the GPU, if there is one
	CPU     float64 `json:"cpu,omitempty"`     // images per second in a trial, if there was one
	GPU     float64 `json:"gpu,omitempty"`
	Reason  string  `json:"reason,omitempty"` // why it does not compute
}

// AttackArgs say how to attack.
type AttackArgs struct {
	Attack     string             `json:"attack"` // its name
	Norm       string             `json:"norm"`   // "linf", "l2", "l1", or "" for an attack that has none
	Values     map[string]float64 `json:"values"` // of controls, by name; the others stay as described
	Seed       uint64             `json:"seed"`
	Target     int                `json:"target"` // class to reach, or -1 for any but the one before
	From       string             `json:"from"`   // "original" or "corrupted": the image to begin with
	Corruption CorruptArgs        `json:"corruption"`
	Second     bool               `json:"second"` // attack the second network, not the first
	Quiet      bool               `json:"quiet"`  // report no steps, draw nothing large, and leave the last attack to Transfer
}

// StepAnswer is one step of an attack.
type StepAnswer struct {
	Images    []Placed  `json:"images"` // "attacked", the iterate; "change"; and, for a small network, "attacked-view", the change enlarged onto the photograph
	Step      int       `json:"step"`   // -1 for the image that the attack ends with
	Steps     int       `json:"steps"`  // at most
	Probs     []float32 `json:"probs"`
	Other     []float32 `json:"other,omitempty"` // the same of the other of two networks; nil if it cannot be shown the image
	Loss      float64   `json:"loss"`            // cross-entropy of the class before, or of the target
	L2        float64   `json:"l2"`              // of the change, pixels being in [0,1]
	Linf      float64   `json:"linf"`
	Magnified int       `json:"magnified"` // the change is drawn so many times its size
}

// AttackAnswer is how an attack ended.
type AttackAnswer struct {
	Stopped   bool        `json:"stopped"` // by its context
	Success   bool        `json:"success"`
	Before    int         `json:"before"` // class
	After     int         `json:"after"`
	Target    int         `json:"target"`    // -1 without one
	Gradients int         `json:"gradients"` // taken
	Queries   int         `json:"queries"`   // logits without a gradient
	L0        int         `json:"l0"`        // of the change: how many of Elements differ
	L1        float64     `json:"l1"`
	L2        float64     `json:"l2"`
	Linf      float64     `json:"linf"`
	Elements  int         `json:"elements"`
	Exhausted string      `json:"outOf"` // the budget that ended it: "queries", "time" or ""
	By        string      `json:"by"`    // the attack of an ensemble that succeeded
	Notes     []string    `json:"notes,omitempty"`
	Final     *StepAnswer `json:"final,omitempty"` // the image that the attack ends with
}

// TransferAnswer is another network's probabilities for the image before and after the last attack.
type TransferAnswer struct {
	Before []float32 `json:"before"`
	After  []float32 `json:"after"`
}

// DiagnoseArgs say on which image to look for signs that attack results are unreliable.
type DiagnoseArgs struct {
	Seed       uint64      `json:"seed"`
	From       string      `json:"from"` // "original" or "corrupted"
	Corruption CorruptArgs `json:"corruption"`
	Second     bool        `json:"second"` // of attacks on the second network
}

// DiagnoseAnswer is the signs that were looked for.
type DiagnoseAnswer struct {
	Findings []attack.Finding `json:"findings"`
	Stopped  bool             `json:"stopped"` // by its context
}
