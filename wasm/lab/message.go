package main

import "steady/core/attack"

// The types below are web/src/lab/protocol.ts in Go; the fields mean what is said there.

type description struct {
	Corruptions []corruptionInfo `json:"corruptions"`
	Attacks     []attackInfo     `json:"attacks"`
	ViewSize    int              `json:"viewSize"`
}

type corruptionInfo struct {
	Name       string `json:"name"`
	Label      string `json:"label"`
	Suite      string `json:"suite"`
	Family     string `json:"family"`
	Summary    string `json:"summary"`
	Severity   string `json:"severity"`
	Source     string `json:"source"`
	Stochastic bool   `json:"stochastic"`
}

type attackInfo struct {
	Name       string       `json:"name"`
	Title      string       `json:"title"`
	Summary    string       `json:"summary"`
	Source     string       `json:"source"`
	Access     string       `json:"access"`
	Targetable bool         `json:"targetable"`
	Norms      []attackNorm `json:"norms"`
}

type attackNorm struct {
	Norm     string        `json:"norm"` // "" for an attack that has none
	Controls []controlInfo `json:"controls"`
}

type controlInfo struct {
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

type networkArgs struct {
	Classes       []string       `json:"classes"`
	Preprocessing *preprocessing `json:"preprocessing"`
}

type preprocessing struct {
	Scale float32   `json:"scale"`
	Mean  []float32 `json:"mean"`
	Std   []float32 `json:"std"`
	BGR   bool      `json:"bgr"`
}

type networkInfo struct {
	Input   []int    `json:"input"`
	Classes []string `json:"classes"`
	Params  int      `json:"params"`
	MACs    int64    `json:"macs"`
}

type pictureArgs struct {
	Width  int `json:"width"` // of RGBA pixels; 0 when the bytes are an image file
	Height int `json:"height"`
}

type pictureInfo struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

type shakeArgs struct {
	Corruption string `json:"corruption"`
	Severity   int    `json:"severity"`
	Seed       uint64 `json:"seed"`
	Where      string `json:"where"` // "net" or "view"
}

type galleryArgs struct {
	Names    []string `json:"names"` // of corruptions
	Severity int      `json:"severity"`
	Seed     uint64   `json:"seed"`
}

type galleryAnswer struct {
	Images []placed `json:"images"` // named after the corruptions
}

type frameArgs struct {
	shakeArgs
	pictureArgs
	Index uint64 `json:"index"`
}

// placed is a picture in the pixels of an answer.
type placed struct {
	Name   string `json:"name"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Offset int    `json:"offset"`
}

type lookAnswer struct {
	Images      []placed  `json:"images"`
	Width       int       `json:"width"`
	Height      int       `json:"height"`
	Original    []float32 `json:"original,omitempty"`
	Shaken      []float32 `json:"shaken,omitempty"`
	ProfileView string    `json:"profileView"`
	ProfileNet  string    `json:"profileNet"`
	Engine      string    `json:"engine,omitempty"`
}

type engineArgs struct {
	Engine   string `json:"engine"`   // "cpu", "webgpu" or "auto"
	Software bool   `json:"software"` // take a software adapter
}

type engineAnswer struct {
	Engine  string  `json:"engine"` // "cpu" or "webgpu"
	Adapter string  `json:"adapter,omitempty"`
	Times   float64 `json:"times,omitempty"`
	Reason  string  `json:"reason,omitempty"`
}

type attackArgs struct {
	Attack string             `json:"attack"`
	Norm   string             `json:"norm"`
	Values map[string]float64 `json:"values"` // of controls, by name; the others stay as described
	Seed   uint64             `json:"seed"`
	Target int                `json:"target"` // class, or -1
	From   string             `json:"from"`   // "original" or "shaken"
	Shake  shakeArgs          `json:"shake"`
}

type stepAnswer struct {
	Images    []placed  `json:"images"`
	Step      int       `json:"step"` // -1 for the picture the attack hands back
	Steps     int       `json:"steps"`
	Probs     []float32 `json:"probs"`
	Loss      float64   `json:"loss"`
	Met       bool      `json:"met"`
	L2        float64   `json:"l2"`
	Linf      float64   `json:"linf"`
	Magnified int       `json:"magnified"`
}

type attackAnswer struct {
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
	Final     *stepAnswer `json:"final,omitempty"`
}

type transferAnswer struct {
	Before []float32 `json:"before"`
	After  []float32 `json:"after"`
}

type diagnoseArgs struct {
	Seed  uint64    `json:"seed"`
	From  string    `json:"from"`
	Shake shakeArgs `json:"shake"`
}

type diagnoseAnswer struct {
	Findings []attack.Finding `json:"findings"`
	Stopped  bool             `json:"stopped"`
}
