package exchange

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"steady/core/bench"
	"steady/core/report"
	"steady/core/subject"
)

// Format is what a first line begins with, and the version of all lines.
const Format = "results of a benchmark, version 1"

// Head is the first line.
type Head struct {
	Format   string          `json:"steady"`
	Started  string          `json:"started"` // UTC, as in 2026-01-02T03:04:05.678Z
	Program  string          `json:"program"` // its version
	Command  string          `json:"command"` // or the page
	Spec     json.RawMessage `json:"spec"`
	Networks []Network       `json:"networks"`
	Asked    []Asked         `json:"asked"`
}

// Network is that of a report.
type Network struct {
	Name        string   `json:"name"`
	File        string   `json:"file"`
	Network     string   `json:"network"`
	Input       string   `json:"input"`
	DataName    string   `json:"data_name"`
	Data        string   `json:"data"`
	Preparation string   `json:"preparation"`
	Overlays    string   `json:"overlays,omitempty"`
	Seed        uint64   `json:"seed,string"`
	Classes     []string `json:"classes"`
	Labels      []int    `json:"labels"`
	Indices     []int    `json:"indices,omitempty"`
}

// Asked is a perturbation, and on how many images, the first ones, it is to be measured.
type Asked struct {
	Perturbation string `json:"perturbation"`
	Images       int    `json:"images"`
}

// Line is the result of a slice, or why there is none.
type Line struct {
	Key       string  `json:"key"`
	Identity  string  `json:"identity"`
	Right     int     `json:"right"`
	NLL       float64 `json:"nll"`
	Brier     float64 `json:"brier"`
	Gradients int     `json:"gradients,omitempty"`
	Queries   int     `json:"queries,omitempty"`
	Answers   []byte  `json:"answers"` // as bench.EncodeAnswers writes them, in base 64
	Backend   string  `json:"backend"`
	Machine   string  `json:"machine"`
	Seconds   float64 `json:"seconds"`
	Finished  string  `json:"finished"`
	Failure   string  `json:"failure,omitempty"` // without answers
}

// NewNetwork returns a report's network.
func NewNetwork(n report.Network) Network {
	c := n.Cell
	return Network{Name: n.Name, File: n.File, Network: c.Network, Input: c.Input, DataName: n.DataName, Data: c.Data, Preparation: c.Preparation,
		Overlays: c.Overlays, Seed: c.Seed, Classes: n.Classes, Labels: n.Labels, Indices: n.Indices}
}

// Report returns the network for a report. Its cell has all images.
func (n Network) Report() report.Network {
	return report.Network{Name: n.Name, File: n.File, DataName: n.DataName, Classes: n.Classes, Labels: n.Labels, Indices: n.Indices,
		Cell: bench.Cell{Network: n.Network, Input: n.Input, Data: n.Data, Preparation: n.Preparation, Overlays: n.Overlays, Seed: n.Seed, N: len(n.Labels)}}
}

// NewLine returns the line of a result.
func NewLine(c bench.Cell, r *bench.Result, finished string) (Line, error) {
	if err := r.Check(c); err != nil {
		return Line{}, err
	}
	answers, err := bench.EncodeAnswers(r.Answers)
	return Line{Key: c.Key().String(), Identity: c.Identity(), Right: r.Right, NLL: r.Sums.NLL, Brier: r.Sums.Brier, Gradients: r.Sums.Gradients,
		Queries: r.Sums.Queries, Answers: answers, Backend: r.Backend, Machine: r.Machine, Seconds: r.Seconds, Finished: finished}, err
}

// Failed returns the line of a slice that could not be measured.
func Failed(c bench.Cell, reason, at string) Line {
	return Line{Key: c.Key().String(), Identity: c.Identity(), Failure: reason, Finished: at}
}

// Slice is a slice of a cell that is asked for.
type Slice struct {
	Network      int // its place
	Perturbation int
	Cell         bench.Cell
	Labels       []int // of its images
}

// Result returns the result of a line, if it can be that of the slice.
func (l *Line) Result(s *Slice) (*bench.Result, error) {
	if l.Key != s.Cell.Key().String() || l.Identity != s.Cell.Identity() {
		return nil, errors.New("the key of another result")
	}
	answers, err := bench.DecodeAnswers(l.Answers)
	if err != nil {
		return nil, err
	}
	r := &bench.Result{Answers: answers, Right: l.Right, Sums: bench.Sums{NLL: l.NLL, Brier: l.Brier, Gradients: l.Gradients, Queries: l.Queries},
		Backend: l.Backend, Machine: l.Machine, Seconds: l.Seconds}
	if err := r.Check(s.Cell); err != nil {
		return nil, err
	}
	right := 0
	for _, c := range r.Correct(s.Labels) {
		if c {
			right++
		}
	}
	if right != r.Right {
		return nil, fmt.Errorf("%d answers are the labels, not %d as it says", right, r.Right)
	}
	return r, nil
}

// Slices returns what is asked for of networks, by key.
func Slices(networks []report.Network, perturbations []bench.Perturbation, images func(p, network int) int) (map[string]*Slice, error) {
	slices := map[string]*Slice{}
	for i := range networks {
		n := &networks[i]
		shape, _, err := subject.ParsePreparation(n.Cell.Preparation)
		if err != nil {
			return nil, err
		}
		for k, p := range perturbations {
			cell := n.Cell
			cell.Perturbation, cell.N = p, images(k, i)
			for _, part := range cell.Slices(bench.SliceSize(p, shape[1]*shape[2])) {
				slices[part.Key().String()] = &Slice{i, k, part, n.Labels[part.First:][:part.N]}
			}
		}
	}
	return slices, nil
}

// File is what Read has read.
type File struct {
	Head          Head
	Networks      []report.Network
	Perturbations []bench.Perturbation
	Slices        map[string]*Slice // by key
	Lines         []Line            // each of another slice

	read map[string]bool // keys of the lines
}

// Write writes a file. Lines follow in any order.
func Write(w io.Writer, h Head, lines []Line) error {
	b := bufio.NewWriter(w)
	e := json.NewEncoder(b)
	h.Format = Format
	if err := e.Encode(h); err != nil {
		return err
	}
	for i := range lines {
		if err := e.Encode(&lines[i]); err != nil {
			return err
		}
	}
	return b.Flush()
}

// IsFile reports whether a file that begins with head, of which 64 bytes are enough, is one of Write.
func IsFile(head []byte) bool {
	return bytes.HasPrefix(head, []byte(`{"steady":"`+Format[:len(Format)-1]))
}

// most are bounds of what is read.
const (
	mostLine    = 64 << 20 // bytes
	mostSlices  = 1 << 20
	mostImages  = 10 << 20
	mostNetwork = 10_000
	mostText    = 10_000 // bytes of a name or a hash: slices repeat these
)

// Read reads a file. An error says which line is wrong.
func Read(r io.Reader) (*File, error) {
	s := bufio.NewScanner(r)
	s.Buffer(nil, mostLine)
	f := &File{read: map[string]bool{}}
	n := 1
	for ; s.Scan(); n++ {
		var err error
		if n == 1 {
			err = f.readHead(s.Bytes())
		} else {
			err = f.readLine(s.Bytes())
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := s.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("line %d: longer than %d MiB", n, mostLine>>20)
	} else if err != nil {
		return nil, err
	}
	if f.Head.Format == "" {
		return nil, errors.New("the file is empty")
	}
	return f, nil
}

func (f *File) readHead(b []byte) error {
	if err := json.Unmarshal(b, &f.Head); err != nil {
		return fmt.Errorf("no results of a benchmark: %w", err)
	}
	h := &f.Head
	if h.Format != Format {
		return fmt.Errorf("%.60q: this program knows %q", h.Format, Format)
	}
	if len(h.Networks) == 0 || len(h.Networks) > mostNetwork || len(h.Asked) == 0 {
		return fmt.Errorf("%d networks under %d perturbations: want at least one each", len(h.Networks), len(h.Asked))
	}
	images := make([]int, len(h.Asked))
	for k, a := range h.Asked {
		p, err := bench.Parse(a.Perturbation)
		if err != nil {
			return err
		}
		f.Perturbations, images[k] = append(f.Perturbations, p), a.Images
	}
	slices := 0
	for _, n := range h.Networks {
		for _, text := range []string{n.Name, n.File, n.Network, n.Input, n.DataName, n.Data, n.Preparation, n.Overlays} {
			if len(text) > mostText {
				return fmt.Errorf("%.60q and so on, of %d bytes: want %d at most", text, len(text), mostText)
			}
		}
		for k, a := range h.Asked {
			if a.Images < 1 || a.Images > len(n.Labels) || len(n.Labels) > mostImages {
				return fmt.Errorf("%s on %d images, but %s has %d labels", a.Perturbation, a.Images, n.Name, len(n.Labels))
			}
			slices += images[k]/20 + 1 // at least so many images have the slices of any perturbation
		}
		if slices > mostSlices {
			return fmt.Errorf("more than %d slices", mostSlices)
		}
		f.Networks = append(f.Networks, n.Report())
	}
	var err error
	f.Slices, err = Slices(f.Networks, f.Perturbations, func(p, _ int) int { return images[p] })
	return err
}

func (f *File) readLine(b []byte) error {
	var l Line
	if err := json.Unmarshal(b, &l); err != nil {
		return err
	}
	s := f.Slices[l.Key]
	if key, err := hex.DecodeString(l.Key); s == nil || err != nil || len(key) != len(bench.Key{}) {
		if version, _, _ := strings.Cut(l.Identity, "\n"); strings.HasPrefix(version, "version ") && version != fmt.Sprintf("version %q", strconv.Itoa(bench.Version)) {
			return fmt.Errorf("a result of %.40s, which a program computed in another way: this one knows version %d", version, bench.Version)
		}
		return fmt.Errorf("a result with the key %.12q, which nothing asks for", l.Key)
	}
	if f.read[l.Key] {
		return fmt.Errorf("a second result of %s of %s, images %d to %d", s.Cell.Perturbation, f.Networks[s.Network].Name, s.Cell.First, s.Cell.First+s.Cell.N-1)
	}
	f.read[l.Key] = true
	if l.Failure == "" {
		if _, err := l.Result(s); err != nil {
			return fmt.Errorf("%s of %s, images %d to %d: %w", s.Cell.Perturbation, f.Networks[s.Network].Name, s.Cell.First, s.Cell.First+s.Cell.N-1, err)
		}
	}
	f.Lines = append(f.Lines, l)
	return nil
}
