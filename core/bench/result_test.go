package bench

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"steady/core/random"
)

// made returns a cell's result.
func made(s *random.Source, c Cell, classes int) *Result {
	r := &Result{Backend: "cpu", Machine: "AVX2", Seconds: 1}
	for range c.N {
		r.Answers = append(r.Answers, Answer{Class: s.IntN(classes), Confidence: s.Float32()})
	}
	r.Right = c.N / 2
	r.Sums = Sums{NLL: s.Float64(), Brier: s.Float64(), Gradients: 3, Queries: 5}
	return r
}

func TestJoin(t *testing.T) {
	s := random.New(1, 0, "join", 0)
	cell := Cell{Network: "a", Data: "b", First: 30, N: 90}
	parts := cell.Slices(40)
	var results []*Result
	want := &Result{Backend: "cpu + webgpu", Machine: "AVX2"}
	for _, p := range parts {
		r := made(s, p, 10)
		results = append(results, r)
		want.Answers = append(want.Answers, r.Answers...)
		want.Right += r.Right
		want.Sums.NLL += r.Sums.NLL
		want.Sums.Brier += r.Sums.Brier
		want.Sums.Gradients += 3
		want.Sums.Queries += 5
		want.Seconds++
	}
	results[1].Backend = "webgpu"
	c, r, err := Join(parts, results)
	if err != nil || c != cell || !reflect.DeepEqual(r, want) {
		t.Errorf("%+v, %+v, %v, want %+v, %+v", c, r, err, cell, want)
	}

	gap := slices.Delete(slices.Clone(parts), 1, 2)
	other := slices.Clone(parts)
	other[2].Seed = 1
	for name, test := range map[string]struct {
		parts   []Cell
		results []*Result
		text    string
	}{
		"nothing":        {nil, nil, "0 results"},
		"one is missing": {parts, results[1:], "2 results of 3"},
		"a gap":          {gap, []*Result{results[0], results[2]}, "images from 80 after those to 39"},
		"out of order":   {[]Cell{parts[1], parts[0]}, []*Result{results[1], results[0]}, "without gaps"},
		"twice":          {[]Cell{parts[0], parts[0]}, results[:2], "without gaps"},
		"another cell":   {other, results, "different cells"},
		"too few":        {parts, []*Result{results[0], {}, results[2]}, "a result of 0 images"},
	} {
		if _, r, err := Join(test.parts, test.results); err == nil || r != nil || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s: %v, want an error with %q", name, err, test.text)
		}
	}
}

func TestCheck(t *testing.T) {
	cell := Cell{N: 2}
	good := func() *Result {
		return &Result{Answers: []Answer{{3, .5, 0}, {0, 1, 0}}, Right: 1, Sums: Sums{NLL: 3, Brier: 2, Gradients: 1, Queries: 1}}
	}
	if err := good().Check(cell); err != nil {
		t.Error(err)
	}
	nan := float32(math.NaN())
	for name, spoil := range map[string]func(*Result){
		"too few":         func(r *Result) { r.Answers = r.Answers[:1] },
		"right":           func(r *Result) { r.Right = 3 },
		"negative right":  func(r *Result) { r.Right = -1 },
		"negative class":  func(r *Result) { r.Answers[0].Class = -1 },
		"large class":     func(r *Result) { r.Answers[0].Class = 1 << 32 },
		"NaN":             func(r *Result) { r.Answers[1].Confidence = nan },
		"confidence":      func(r *Result) { r.Answers[1].Confidence = 1.5 },
		"NLL":             func(r *Result) { r.Sums.NLL = math.NaN() },
		"infinite NLL":    func(r *Result) { r.Sums.NLL = math.Inf(1) },
		"infinite Brier":  func(r *Result) { r.Sums.Brier = math.Inf(1) },
		"negative NLL":    func(r *Result) { r.Sums.NLL = -1 },
		"Brier":           func(r *Result) { r.Sums.Brier = math.NaN() },
		"negative Brier":  func(r *Result) { r.Sums.Brier = -1 },
		"queries":         func(r *Result) { r.Sums.Queries = 0 },
		"gradients":       func(r *Result) { r.Sums.Gradients = -1 },
		"seconds":         func(r *Result) { r.Seconds = math.NaN() },
		"endless seconds": func(r *Result) { r.Seconds = math.Inf(1) },
	} {
		r := good()
		spoil(r)
		if err := r.Check(cell); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestCorrect(t *testing.T) {
	r := &Result{Answers: []Answer{{3, .5, 0}, {0, 1, 0}, {2, .25, 0}}}
	if got := r.Correct([]int{3, 1, 2}); !slices.Equal(got, []bool{true, false, true}) {
		t.Errorf("%v", got)
	}
	if got := r.Confidences(); !slices.Equal(got, []float64{.5, 1, .25}) {
		t.Errorf("%v", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("too few labels: no panic")
		}
	}()
	r.Correct([]int{1})
}

func TestAnswers(t *testing.T) {
	s := random.New(2, 0, "answers", 0)
	for _, test := range []struct{ n, classes, size int }{
		{0, 1, 3}, {1, 2, 3 + 5}, {300, 256, 4 + 300*5}, {5, 257, 3 + 5*6}, {1000, 1 << 16, 4 + 1000*6}, {70, 1<<16 + 1, 3 + 70*8},
	} {
		answers := made(s, Cell{N: test.n}, test.classes).Answers
		if test.n > 0 {
			answers[0].Class = test.classes - 1
		}
		b, err := EncodeAnswers(answers)
		if err != nil || len(b) != test.size {
			t.Errorf("%d answers of %d classes: %d bytes, %v, want %d", test.n, test.classes, len(b), err, test.size)
		}
		again, err := DecodeAnswers(b)
		if err != nil || !slices.Equal(again, answers) {
			t.Errorf("%d answers of %d classes: read otherwise, %v", test.n, test.classes, err)
		}
		for k := range min(len(b), 40) {
			if _, err := DecodeAnswers(b[:k]); err == nil {
				t.Errorf("%d of %d bytes are read", k, len(b))
			}
		}
		if _, err := DecodeAnswers(append(b, 0)); err == nil {
			t.Error("a byte too many is read")
		}
	}
	// By hand: two answers, of classes 1 and 258.
	b, err := EncodeAnswers([]Answer{{1, .5, 0}, {258, 1, 0}})
	if want := []byte{1, 2, 2, 1, 0, 2, 1, 0, 0, 0, 0x3f, 0, 0, 0x80, 0x3f}; err != nil || !slices.Equal(b, want) {
		t.Errorf("% x, %v, want % x", b, err, want)
	}
	if _, err := EncodeAnswers([]Answer{{1, 2, 0}}); err == nil {
		t.Error("a probability of 2 is written")
	}
	for name, b := range map[string][]byte{
		"format":       {3, 1, 0},
		"width":        {1, 3, 0},
		"endless":      {1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"very many":    {1, 4, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
		"NaN":          {1, 1, 1, 0, 0, 0, 0xc0, 0x7f},
		"nothing more": {1, 1, 1},
	} {
		if a, err := DecodeAnswers(b); err == nil {
			t.Errorf("%s: read as %v", name, a)
		}
	}
}

func FuzzDecodeAnswers(f *testing.F) {
	f.Add([]byte{1, 2, 2, 1, 0, 2, 1, 0, 0, 0, 0x3f, 0, 0, 0x80, 0x3f})
	f.Add([]byte{1, 1, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		answers, err := DecodeAnswers(b)
		if err != nil {
			return
		}
		again, err := EncodeAnswers(answers)
		if err != nil {
			t.Fatal(err)
		}
		if same, err := DecodeAnswers(again); err != nil || !slices.Equal(same, answers) {
			t.Fatalf("%v, %v after %v", same, err, answers)
		}
	})
}
