package elastic

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	"steady/core/bench"
	"steady/core/exchange"
)

// Protocol is the version of the messages.
const Protocol = 2

// MaxMessage is how many bytes a message has at most.
const MaxMessage = 8 << 20

// ChunkSize is how many bytes of a file are sent at once.
const ChunkSize = 1 << 20

const (
	maxText  = 1000    // bytes of a name
	maxTask  = 10_000  // slices of a task
	maxFiles = 4 << 20 // of a plan

	maxConflicts = 10_000 // that are kept
)

// Hello is what a worker says when it asks to take part, and whenever it wants a task.
type Hello struct {
	Protocol int    `json:"protocol"`
	Version  int    `json:"version"`        // bench.Version
	Program  string `json:"program"`        // its version, for people
	Worker   string `json:"worker"`         // a name of its own, which nobody else can guess
	Plan     string `json:"plan,omitempty"` // that it has open, by its SHA-256: without the server's it gets no task
}

// Welcome is the answer: what is to be computed, and a task of it if there is one.
type Welcome struct {
	Plan     string  `json:"plan"`      // SHA-256 of the plan
	PlanSize int64   `json:"plan_size"` // in bytes
	Patience float64 `json:"patience"`  // seconds without a sign of life after which a task goes to another worker
	Task     *Task   `json:"task,omitempty"`
	Done     bool    `json:"done,omitempty"` // all is computed
}

// Plan is what is to be computed.
type Plan struct {
	Head    exchange.Head   `json:"head"`
	Grid    string          `json:"grid"` // hash of the keys of all slices
	Spec    json.RawMessage `json:"spec"` // that names files of the plan
	Files   []File          `json:"files"`
	Folders []string        `json:"folders"`
	Read    Read            `json:"read"`
}

// File is a file that a spec names, or that such files need.
type File struct {
	Name   string `json:"name"` // with slashes, in a folder of the plan's files
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Read is how images are read.
type Read struct {
	Coarse      bool `json:"coarse,omitempty"`
	Severity    int  `json:"severity,omitempty"`
	SkipDamaged bool `json:"skip_damaged,omitempty"`
	MaxPixels   int  `json:"max_pixels,omitempty"`
}

// Chunk asks for a part of a file.
type Chunk struct {
	SHA256 string `json:"sha256"`
	Offset int64  `json:"offset"`
}

// Task is slices to compute together, by their keys: one of the images under one perturbation, for each of some networks.
type Task struct {
	Keys []string `json:"keys"`
}

// Alive is a sign of life.
type Alive struct {
	Worker  string `json:"worker"`
	Busy    bool   `json:"busy"`
	Leaving bool   `json:"leaving,omitempty"` // it is the last one: what the worker had is for others
}

// Results are what a worker has found.
type Results struct {
	Worker string          `json:"worker"`
	Lines  []exchange.Line `json:"lines"`
}

// message is a kind of message.
type message interface{ check() error }

// Decode reads a message.
func Decode[M any](b []byte) (m M, err error) {
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("%T: %w", m, err)
	}
	if checked, ok := any(&m).(message); ok {
		if err := checked.check(); err != nil {
			return m, fmt.Errorf("%T: %w", m, err)
		}
	}
	return m, nil
}

// Encode returns a message as bytes.
func Encode(m any) []byte {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // plain data; results are finite
	}
	return b
}

func (h *Hello) check() error {
	if len(h.Program) > maxText {
		return fmt.Errorf("a program's version of %d bytes", len(h.Program))
	}
	if h.Plan != "" {
		if err := checkSum(h.Plan); err != nil {
			return err
		}
	}
	return checkWorker(h.Worker)
}

// Refuse returns why a worker cannot take part, nil if it can. program is the server's.
func (h *Hello) Refuse(program string) error {
	what := ""
	switch {
	case h.Protocol != Protocol:
		what = fmt.Sprintf("it speaks version %d of the protocol, the server version %d", h.Protocol, Protocol)
	case h.Version != bench.Version:
		what = fmt.Sprintf("it computes results of version %d, the server those of version %d", h.Version, bench.Version)
	default:
		return nil
	}
	return fmt.Errorf("worker %s is refused: %s (its program is %s, the server's %s); want the same program on both", h.Worker, what, h.Program, program)
}

func (w *Welcome) check() error {
	if w.Done {
		return nil
	}
	if err := checkSum(w.Plan); err != nil {
		return err
	}
	if w.PlanSize < 1 {
		return fmt.Errorf("a plan of %d bytes", w.PlanSize)
	}
	if !(w.Patience >= .1 && w.Patience <= 1e6) {
		return fmt.Errorf("a patience of %g seconds", w.Patience)
	}
	if w.Task != nil {
		return w.Task.check()
	}
	return nil
}

func (p *Plan) check() error {
	if len(p.Files)+len(p.Folders) > maxFiles {
		return fmt.Errorf("%d files and folders", len(p.Files)+len(p.Folders))
	}
	names := map[string]bool{}
	for _, f := range p.Files {
		if err := checkName(f.Name); err != nil {
			return err
		}
		if err := checkSum(f.SHA256); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		if f.Size < 0 {
			return fmt.Errorf("%s: %d bytes", f.Name, f.Size)
		}
		if names[f.Name] {
			return fmt.Errorf("%s is there twice", f.Name)
		}
		names[f.Name] = true
	}
	for _, f := range p.Folders {
		if err := checkName(f); err != nil {
			return err
		}
	}
	if len(p.Head.Networks) == 0 || len(p.Head.Asked) == 0 || p.Read.Severity < 0 || p.Read.MaxPixels < 0 {
		return errors.New("want networks, perturbations and options of reading")
	}
	return nil
}

func (c *Chunk) check() error {
	if c.Offset < 0 {
		return fmt.Errorf("bytes from %d on", c.Offset)
	}
	return checkSum(c.SHA256)
}

func (t *Task) check() error {
	if len(t.Keys) == 0 || len(t.Keys) > maxTask {
		return fmt.Errorf("%d slices", len(t.Keys))
	}
	for _, k := range t.Keys {
		if err := checkSum(k); err != nil {
			return err
		}
	}
	return nil
}

func (a *Alive) check() error { return checkWorker(a.Worker) }

func (r *Results) check() error {
	if len(r.Lines) == 0 || len(r.Lines) > maxTask {
		return fmt.Errorf("%d results", len(r.Lines))
	}
	return checkWorker(r.Worker)
}

func checkWorker(name string) error {
	if name == "" || len(name) > maxText {
		return fmt.Errorf("a worker's name of %d bytes: want 1 to %d", len(name), maxText)
	}
	return nil
}

// checkSum returns an error unless a text is a SHA-256 in lower-case hexadecimal digits.
func checkSum(text string) error {
	if b, err := hex.DecodeString(text); err != nil || len(b) != 32 || strings.ToLower(text) != text {
		return fmt.Errorf("%.80q is no SHA-256", text)
	}
	return nil
}

// checkName returns an error unless a name is that of a file within a folder.
func checkName(name string) error {
	switch {
	case name == "" || len(name) > 4*maxText || path.Clean(name) != name || path.IsAbs(name) || strings.ContainsAny(name, "\\\x00") ||
		name == "." || name == ".." || strings.HasPrefix(name, "../"):
		return fmt.Errorf("%.80q is no name of a file within a folder", name)
	}
	return nil
}
