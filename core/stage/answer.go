package stage

import (
	"fmt"
	"slices"
	"time"
)

// Attack says how the adversarial image is made.
type Attack int

const (
	NoAttack  Attack = iota
	Universal        // one noise for all frames, computed from frames before
	Strongest        // on each frame by itself, the strongest attack that fits into [Limit]
	Chosen           // on each frame by itself, the one that Setting.Chosen names, if it fits into [Limit]
	attacks          // their number
)

// Limit is the time that an attack on a single frame may take: that of a frame, 30 a second.
const Limit = 33 * time.Millisecond

// Setting is what is to be done to a frame.
type Setting struct {
	Corruption string
	Severity   int // 1 to 5
	Attack     Attack
	Eps        int      // the attack's, in 255ths of a pixel's range; a chosen one in L2 or L1 has its own
	Chosen     string   `json:",omitempty"` // as attack.Parse reads it
	Mosaic     []string // corruptions of a mosaic; nil without one
}

// looksLike reports whether images under two settings differ by no more than the frame.
func (s *Setting) looksLike(o *Setting) bool {
	return s.Corruption == o.Corruption && s.Severity == o.Severity && s.Attack == o.Attack && s.Eps == o.Eps && s.Chosen == o.Chosen &&
		slices.Equal(s.Mosaic, o.Mosaic)
}

// Request is a frame to be answered.
type Request struct {
	Number  uint64 // counts requests from 1
	Frame   uint64 // counts frames from 1; a frame that is held keeps its number, and so its noise
	Setting Setting
	W, H    int
	Pixels  []byte `json:"-"` // RGBA, valid and unchanged until the answer is given
}

// Answer is what came of a request.
type Answer struct {
	Number    uint64
	Setting   Setting // that of the request
	Err       string  // a sentence; then the rest does not count
	Original  Seen
	Corrupted *Seen  // nil in a mosaic
	Adversary *Seen  // nil without an attack, and before its first noise
	Tiles     []Seen // of a mosaic, as in Setting.Mosaic
	Noise     *Noise
	Single    *Single
	Backend   string // what computed
}

// Seen is an image as a network was shown it, in whole bytes, and what it answers.
type Seen struct {
	W, H   int
	Pixels []byte  `json:"-"` // RGBA
	Top    []Label // the most probable classes, the first being the answer
}

func (s *Seen) answer() Label {
	if s == nil || len(s.Top) == 0 {
		return Label{Class: -1}
	}
	return s.Top[0]
}

// Tally counts frames on which an attack was tried, and those whose answer it changed.
type Tally struct{ Tried, Changed int }

func (t Tally) String() string { return fmt.Sprintf("%d of %d", t.Changed, t.Tried) }

// Noise is the state of a universal noise.
type Noise struct {
	Collected int    // frames that it will be computed from
	Wanted    int    // frames that are needed
	Refreshed int    // how often it was computed
	Later     Tally  // of late, and only on frames that came after those it was computed from
	Err       string // why the last step of its computation failed, or ""
}

func (n *Noise) caption(eps int) string {
	switch {
	case n.Err != "":
		return "universal noise cannot be computed: " + n.Err
	case n.Refreshed == 0 && n.Collected < n.Wanted:
		return fmt.Sprintf("universal noise ±%d/255: collecting frames, %d of %d", eps, n.Collected, n.Wanted)
	case n.Refreshed == 0 || n.Later.Tried == 0:
		return fmt.Sprintf("universal noise ±%d/255: computing it from %d frames", eps, n.Wanted)
	}
	return fmt.Sprintf("universal noise ±%d/255 changes %v later frames", eps, n.Later)
}

// Single is the state of the attack on single frames.
type Single struct {
	Attack    string        // as text: its name and parameters; "" while attacks are being timed
	Measured  time.Duration // how long it took when attacks were timed
	Fits      bool          // that is within Limit
	Took      time.Duration // on this frame
	Result    Tally         // of late
	Searching bool          // attacks are being timed
	Details   string        // of a chosen attack: its parameters
	TooSlow   bool          // a chosen attack does not fit
}

func (s *Single) caption(eps int) string {
	switch {
	case s.Details != "":
		return fmt.Sprintf("%s changes %v frames (%s)", s.Attack, s.Result, s.Details)
	case s.Attack == "":
		return fmt.Sprintf("±%d/255: timing attacks, to find the strongest within %d ms", eps, Limit.Milliseconds())
	case !s.Fits:
		return fmt.Sprintf("%s, ±%d/255, changes %v; no attack fits into %d ms here, this one takes %d ms", s.Attack, eps, s.Result,
			Limit.Milliseconds(), s.Measured.Milliseconds())
	}
	return fmt.Sprintf("%s, ±%d/255, is the strongest in %d ms (it takes %d): changes %v frames", s.Attack, eps, Limit.Milliseconds(),
		s.Measured.Milliseconds(), s.Result)
}
