package session

import "steady/core/attack"

// The types below are web/src/lab/protocol.ts in Go; the fields mean what is said there.

type Description struct {
	Corruptions []CorruptionInfo `json:"corruptions"`
	Attacks     []AttackInfo     `json:"attacks"`
	ViewSize    int              `json:"viewSize"`
}

type CorruptionInfo struct {
	Name       string `json:"name"`
	Label      string `json:"label"`
	Suite      string `json:"suite"`
	Family     string `json:"family"`
	Summary    string `json:"summary"`
	Severity   string `json:"severity"`
	Source     string `json:"source"`
	Stochastic bool   `json:"stochastic"`
}

type AttackInfo struct {
	Name       string       `json:"name"`
	Title      string       `json:"title"`
	Summary    string       `json:"summary"`
	Source     string       `json:"source"`
	Access     string       `json:"access"`
	Targetable bool         `json:"targetable"`
	Norms      []AttackNorm `json:"norms"`
}

type AttackNorm struct {
	Norm     string    `json:"norm"` // "" for an attack that has none
	Controls []Control `json:"controls"`
}

type Control struct {
	Name    string   `json:"name"`
	Label   string   `json:"label"`
	Hint    string   `json:"hint"`
	Kind    string   `json:"kind"` // "number", "whole", "switch" (0 or 1) or "choice" (1, 2, ... of Options)
	Value   float64  `json:"value"`
	Min     float64  `json:"min"`
	Max     float64  `json:"max"`
	Unit    string   `json:"unit"`
	Options []string `json:"options,omitempty"`
	Main    bool     `json:"main"`
}

type NetworkArgs struct {
	Classes       []string       `json:"classes"`
	Preprocessing *Preprocessing `json:"preprocessing"`
}

type Preprocessing struct {
	Scale float32   `json:"scale"`
	Mean  []float32 `json:"mean"`
	Std   []float32 `json:"std"`
	BGR   bool      `json:"bgr"`
}

type NetworkInfo struct {
	Input   []int    `json:"input"`
	Classes []string `json:"classes"`
	Params  int      `json:"params"`
	MACs    int64    `json:"macs"`
}

type ImageArgs struct {
	Width  int `json:"width"` // of RGBA pixels; 0 when the bytes are an image file
	Height int `json:"height"`
}

type ImageInfo struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

type CorruptArgs struct {
	Corruption string `json:"corruption"`
	Severity   int    `json:"severity"`
	Seed       uint64 `json:"seed"`
	Where      string `json:"where"` // "net" or "view"
}

type GalleryArgs struct {
	Names    []string `json:"names"` // of corruptions
	Severity int      `json:"severity"`
	Seed     uint64   `json:"seed"`
}

type GalleryAnswer struct {
	Images []Placed `json:"images"` // named after the corruptions
}

type FrameArgs struct {
	CorruptArgs
	ImageArgs
	Index uint64 `json:"index"`
}

// Placed is a picture in the pixels of an answer.
type Placed struct {
	Name   string `json:"name"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Offset int    `json:"offset"`
}

type LookAnswer struct {
	Images      []Placed  `json:"images"`
	Width       int       `json:"width"`
	Height      int       `json:"height"`
	Original    []float32 `json:"original,omitempty"`
	Shaken      []float32 `json:"shaken,omitempty"`
	ProfileView string    `json:"profileView"`
	ProfileNet  string    `json:"profileNet"`
	Engine      string    `json:"engine,omitempty"`
}

type BackendArgs struct {
	Engine   string `json:"engine"`   // "cpu", "webgpu" or "auto"
	Software bool   `json:"software"` // take a software adapter
}

type BackendAnswer struct {
	Engine  string  `json:"engine"` // "cpu" or "webgpu"
	Adapter string  `json:"adapter,omitempty"`
	Times   float64 `json:"times,omitempty"`
	Reason  string  `json:"reason,omitempty"`
}

type AttackArgs struct {
	Attack string             `json:"attack"`
	Norm   string             `json:"norm"`
	Values map[string]float64 `json:"values"` // of controls, by name; the others stay as described
	Seed   uint64             `json:"seed"`
	Target int                `json:"target"` // class, or -1
	From   string             `json:"from"`   // "original" or "shaken"
	Shake  CorruptArgs        `json:"shake"`
}

type StepAnswer struct {
	Images    []Placed  `json:"images"`
	Step      int       `json:"step"` // -1 for the picture the attack hands back
	Steps     int       `json:"steps"`
	Probs     []float32 `json:"probs"`
	Loss      float64   `json:"loss"`
	Met       bool      `json:"met"`
	L2        float64   `json:"l2"`
	Linf      float64   `json:"linf"`
	Magnified int       `json:"magnified"`
}

type AttackAnswer struct {
	Stopped   bool        `json:"stopped"`
	Success   bool        `json:"success"`
	Before    int         `json:"before"`
	After     int         `json:"after"`
	Target    int         `json:"target"`
	Gradients int         `json:"gradients"`
	Queries   int         `json:"queries"`
	L0        int         `json:"l0"`
	L1        float64     `json:"l1"`
	L2        float64     `json:"l2"`
	Linf      float64     `json:"linf"`
	Elements  int         `json:"elements"`
	OutOf     string      `json:"outOf"`
	By        string      `json:"by"` // the attack of an ensemble that succeeded
	Notes     []string    `json:"notes,omitempty"`
	Final     *StepAnswer `json:"final,omitempty"`
}

type TransferAnswer struct {
	Before []float32 `json:"before"`
	After  []float32 `json:"after"`
}

type DiagnoseArgs struct {
	Seed  uint64      `json:"seed"`
	From  string      `json:"from"`
	Shake CorruptArgs `json:"shake"`
}

type DiagnoseAnswer struct {
	Findings []attack.Finding `json:"findings"`
	Stopped  bool             `json:"stopped"`
}
