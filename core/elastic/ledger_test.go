package elastic

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"steady/core/bench"
	"steady/core/exchange"
)

// head asks for clean images and fog of two networks, in slices of 1,000 of 1,500 images.
func head() exchange.Head {
	labels := make([]int, 1500)
	h := exchange.Head{Program: "v1", Asked: []exchange.Asked{{Perturbation: "clean", Images: 1500}, {Perturbation: "fog{severity=3}", Images: 1500}}}
	for _, name := range []string{"a", "b"} {
		h.Networks = append(h.Networks, exchange.Network{Name: name, Network: "hash of " + name, Data: "data", Preparation: "input=1×28×28", Seed: 3, Labels: labels})
	}
	return h
}

// pieces returns a piece for each slice of the images under a perturbation, with both networks.
func pieces(t *testing.T) (list []bench.Part) {
	t.Helper()
	s, err := Slices(head())
	if err != nil {
		t.Fatal(err)
	}
	of := map[[2]int]*bench.Part{}
	for _, one := range s {
		at := [2]int{one.Perturbation, one.Cell.First}
		if of[at] == nil {
			of[at] = &bench.Part{}
		}
		of[at].Cells = append(of[at].Cells, one.Cell)
	}
	for _, at := range [][2]int{{0, 0}, {0, 1000}, {1, 0}, {1, 1000}} {
		list = append(list, *of[at])
	}
	return list
}

// lines returns results of slices, with the first answers wrong.
func lines(t *testing.T, l *Ledger, wrong int, keys ...string) (list []exchange.Line) {
	t.Helper()
	for _, key := range keys {
		c := l.slices[key].Cell
		r := &bench.Result{Answers: make([]bench.Answer, c.N), Right: c.N - wrong, Backend: "cpu", Machine: "m"}
		for i := range r.Answers {
			r.Answers[i].Confidence = .5
		}
		for i := range wrong {
			r.Answers[i].Class = 1
		}
		line, err := exchange.NewLine(c, r, "")
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, line)
	}
	return list
}

func newLedger(t *testing.T, store bench.Store) *Ledger {
	t.Helper()
	l, err := NewLedger(store, head(), pieces(t))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLedger(t *testing.T) {
	var store bench.Memory
	l := newLedger(t, &store)
	if p := l.Progress(); p.Cells != 4 || p.Images != 6000 || p.Stored != 0 || len(l.Tasks()) != 4 || l.Complete() {
		t.Fatalf("%+v, %d tasks", p, len(l.Tasks()))
	}
	first := l.Tasks()[0].Keys
	if done, err := l.Take(Results{"w", lines(t, l, 0, first[0])}); err != nil || len(done) != 0 {
		t.Fatalf("half a task: %v, %v", done, err)
	}
	if done, err := l.Take(Results{"w", lines(t, l, 0, first[1])}); err != nil || !slices.Equal(done, []int{0}) {
		t.Fatalf("the other half: %v, %v", done, err)
	}
	// The same again is no news, and something else is a conflict, of which the first is kept.
	if done, err := l.Take(Results{"w", lines(t, l, 0, first[0])}); err != nil || !slices.Equal(done, []int{0}) || len(l.Conflicts()) != 0 {
		t.Fatalf("the same again: %v, %v, %v", done, err, l.Conflicts())
	}
	if _, err := l.Take(Results{"w", lines(t, l, 2, first[0])}); err != nil || len(l.Conflicts()) != 1 || l.Conflicts()[0].Kept.Right-l.Conflicts()[0].Other.Right != 2 {
		t.Fatalf("something else: %v, %v", err, l.Conflicts())
	}
	// What fails is told, until it is measured after all.
	if err := l.GiveUp(1, "nobody brings it back"); err != nil || store.Failure(l.slices[l.Tasks()[1].Keys[0]].Cell) == "" {
		t.Fatal(err)
	}
	if p := l.Progress(); p.Done != 2 || p.Failed != 2 || p.ImagesDone != 3000 {
		t.Errorf("%+v", p)
	}
	if _, err := l.Take(Results{"w", lines(t, l, 0, l.Tasks()[1].Keys...)}); err != nil {
		t.Fatal(err)
	}
	if p := l.Progress(); p.Done != 2 || p.Failed != 0 || p.ImagesDone != 3000 {
		t.Errorf("%+v", p)
	}
	if _, err := l.Take(Results{"w", lines(t, l, 0, append(l.Tasks()[2].Keys, l.Tasks()[3].Keys[0])...)}); err != nil {
		t.Fatal(err)
	}
	last := l.Tasks()[3].Keys[1]
	if done, err := l.Take(Results{"w", []exchange.Line{exchange.Failed(l.slices[last].Cell, "not finite", "")}}); err != nil || !slices.Equal(done, []int{3}) {
		t.Fatal(done, err)
	}
	if p := l.Progress(); p.Done != 4 || p.Failed != 1 || p.ImagesDone != 6000 || !l.Complete() {
		t.Errorf("%+v", p)
	}
	// Another ledger has only what the store lacks.
	l = newLedger(t, &store)
	if p := l.Progress(); p.Cells != 1 || p.Stored != 3 || p.Images != 500 || len(l.Tasks()) != 1 || !slices.Equal(l.Tasks()[0].Keys, []string{last}) {
		t.Errorf("%+v, %v", p, l.Tasks())
	}
}

// Of a message with anything wrong nothing is kept.
func TestLedgerRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*exchange.Line)
		says   string
	}{
		"unknown task":    {func(l *exchange.Line) { l.Key = sum }, "nothing asks for one with the key"},
		"another's key":   {func(l *exchange.Line) { l.Identity += "x" }, "the key of another result"},
		"too few answers": {func(l *exchange.Line) { l.Answers, _ = bench.EncodeAnswers(make([]bench.Answer, 3)) }, "a result of 3 images for a cell of"},
		"no answers":      {func(l *exchange.Line) { l.Answers = []byte("abc") }, "answers that begin with"},
		"other labels":    {func(l *exchange.Line) { l.Right-- }, "answers are the labels"},
		"negative":        {func(l *exchange.Line) { l.NLL = -1 }, "want finite ones"},
		"a long name":     {func(l *exchange.Line) { l.Backend = strings.Repeat("b", 2000) }, "a backend with a name of"},
		"a long failure":  {func(l *exchange.Line) { l.Failure = strings.Repeat("b", 2000) }, "a failure told in 2000 bytes"},
	} {
		var store bench.Memory
		l := newLedger(t, &store)
		two := lines(t, l, 0, l.Tasks()[0].Keys...)
		c.change(&two[1])
		_, err := l.Take(Results{"w", two})
		if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want an error with %q", name, err, c.says)
		}
		if p := l.Progress(); p.ImagesDone != 0 {
			t.Errorf("%s: %+v", name, p)
		}
		if missing, err := store.Missing(pieces(t)[0].Cells); err != nil || len(missing) != 2 {
			t.Errorf("%s: the store has %d of 2", name, 2-len(missing))
		}
	}
}

// A worker that would compute something else is told what.
func TestDiffers(t *testing.T) {
	s, err := Slices(head())
	if err != nil {
		t.Fatal(err)
	}
	plan := Plan{Head: head(), Grid: Grid(s), Spec: json.RawMessage(`{}`)}
	if err := plan.Differs(head()); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*exchange.Head)
		says   string
	}{
		"network":      {func(h *exchange.Head) { h.Networks[0].Network = "x" }, `the SHA-256 of the network a is "hash of a" on the server, "x" on the worker`},
		"images":       {func(h *exchange.Head) { h.Networks[1].Data = "x" }, "the SHA-256 of the images for b"},
		"preparation":  {func(h *exchange.Head) { h.Networks[1].Preparation = "input=1×8×8" }, "the preparation of the images for b"},
		"seed":         {func(h *exchange.Head) { h.Networks[0].Seed = 4 }, `the seed is "3" on the server, "4" on the worker`},
		"labels":       {func(h *exchange.Head) { h.Networks[0].Labels = h.Networks[0].Labels[1:] }, "the labels or the selection"},
		"fewer":        {func(h *exchange.Head) { h.Networks = h.Networks[1:] }, "it has 1 networks, the server 2"},
		"perturbation": {func(h *exchange.Head) { h.Asked[1].Perturbation = "fog{severity=4}" }, "fog{severity=3} on 1500 images is asked for by only one"},
	} {
		h := head()
		c.change(&h)
		if err := plan.Differs(h); !errors.Is(err, ErrDiffers) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	plan.Grid = sum
	if err := plan.Differs(head()); !errors.Is(err, ErrDiffers) || !strings.Contains(err.Error(), "their keys are not") {
		t.Error(err)
	}
}
