package main

// The types below are web/protocol.ts in Go; the fields mean what is said there.

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
	Name    string        `json:"name"`
	Title   string        `json:"title"`
	Summary string        `json:"summary"`
	Norms   []normDefault `json:"norms"`
	Single  bool          `json:"single"`
}

type normDefault struct {
	Norm  string  `json:"norm"`
	Eps   float64 `json:"eps"`
	Steps int     `json:"steps"`
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
	Attack string    `json:"attack"`
	Norm   string    `json:"norm"`
	Eps    float64   `json:"eps"`
	Steps  int       `json:"steps"`
	Seed   uint64    `json:"seed"`
	Target int       `json:"target"` // class, or -1
	From   string    `json:"from"`   // "original" or "shaken"
	Shake  shakeArgs `json:"shake"`
	Pace   float64   `json:"pace"` // milliseconds
}

type stepAnswer struct {
	Images    []placed  `json:"images"`
	Step      int       `json:"step"` // -1 for the picture the attack hands back
	Steps     int       `json:"steps"`
	Probs     []float32 `json:"probs"`
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
	Final     *stepAnswer `json:"final,omitempty"`
}
