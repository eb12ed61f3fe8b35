package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"steady/core/loss"
	"steady/core/nn"
	"steady/core/random"
)

// linear is a network of 2×2 gray images and 3 classes.
type linear struct {
	weights []float32 // 3×4
	before  func(n int) error
}

func newLinear(seed uint64) *linear {
	n := &linear{weights: make([]float32, 12)}
	random.New(seed, 0, "linear", 0).FillNormal(n.weights)
	return n
}

func (n *linear) InputShape() nn.Shape                { return nn.Shape{1, 2, 2} }
func (n *linear) Classes() int                        { return 3 }
func (n *linear) Probabilities(dst, logits []float32) { loss.Softmax(dst, logits, 3) }

func (n *linear) Logits(dst, x []float32) error {
	if n.before != nil {
		if err := n.before(len(x) / 4); err != nil {
			return err
		}
	}
	for i := range len(x) / 4 {
		for k := range 3 {
			sum := float32(0)
			for j := range 4 {
				sum += float32(n.weights[4*k+j] * x[4*i+j])
			}
			dst[3*i+k] = sum
		}
	}
	return nil
}

func (n *linear) Gradient(grad, logits, x []float32, f loss.Func) error {
	if err := n.Logits(logits, x); err != nil {
		return err
	}
	d := make([]float32, len(logits))
	f(0, logits, d)
	for i := range len(x) / 4 {
		for j := range 4 {
			sum := float32(0)
			for k := range 3 {
				sum += float32(d[3*i+k] * n.weights[4*k+j])
			}
			grad[4*i+j] = sum
		}
	}
	return nil
}

// drawn are images whose pixels are drawn for the image and the perturbation.
type drawn struct {
	lock  sync.Mutex
	fills []string
	fail  error
	begun func(first int)
}

func (d *drawn) Fill(_ context.Context, dst []float32, p Perturbation, seed uint64, first, n int) error {
	if a, _ := p.Attack(); a != nil {
		return errors.New("an attack")
	}
	d.lock.Lock()
	d.fills = append(d.fills, fmt.Sprintf("%s %d+%d", p, first, n))
	d.lock.Unlock()
	if d.begun != nil {
		d.begun(first)
	}
	for i := range n {
		random.New(seed, uint64(first+i), p.String(), 0).FillUniform(dst[4*i:][:4], 0, 1)
	}
	return d.fail
}

const count = 1100

// subjects returns networks on images; the first and the last share them.
func subjects() ([]Subject, []*drawn) {
	labels := make([]int, count)
	for i := range labels {
		labels[i] = i % 3
	}
	images := []*drawn{{}, {}}
	var list []Subject
	for i := range 3 {
		list = append(list, Subject{
			Cell:    Cell{Network: fmt.Sprint(i), Data: "drawn", Preparation: fmt.Sprint(i % 2), Seed: 7, N: count},
			Network: newLinear(uint64(i)), Images: images[i%2], Labels: labels,
			Machine: func() (string, string) { return "test", "none" },
		})
	}
	return list, images
}

func perturbations(t *testing.T, texts ...string) (list []Perturbation) {
	t.Helper()
	for _, text := range texts {
		p, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}

var several = []string{"clean", "fog{severity=2}", "gaussian_noise{severity=5}", "pgd{eps=0.1,steps=3}"}

// results returns those of all subjects under all perturbations, without times.
func results(t *testing.T, s Store, list []Subject, all []Perturbation) (found []*Result) {
	t.Helper()
	for _, p := range all {
		for _, subject := range list {
			c := subject.Cell
			c.Perturbation = p
			r, err := Collect(s, c, SliceSize(p, 4))
			if err != nil {
				t.Fatalf("%s of %s: %v", p, c.Network, err)
			}
			r.Seconds = 0
			found = append(found, r)
		}
	}
	return found
}

func TestRun(t *testing.T) {
	list, images := subjects()
	all := perturbations(t, several...)
	var store Memory
	var last Progress
	within := 0 // reports of a lot under attack
	p, err := Run(t.Context(), &store, list, all, Options{Progress: func(p Progress) {
		if a, _ := p.Perturbation.Attack(); a != nil && p.ImagesDone > last.ImagesDone && p.ImagesDone-last.ImagesDone < count%maxLot {
			within++
		}
		if p.ImagesDone < last.ImagesDone || p.Done < last.Done || p.Images != 4*3*count || p.Cells != 4*3 {
			t.Errorf("%+v after %+v", p, last)
		}
		last = p
	}})
	if err != nil || p.Done != p.Cells || p.ImagesDone != p.Images || last.Done != p.Done || p.Failed+p.Stored != 0 {
		t.Fatalf("%+v, %+v, %v", p, last, err)
	}
	if within == 0 {
		t.Error("while images are attacked, nothing is reported")
	}
	// Each lot is prepared once for each set: 5 of 3 perturbations, and 5 of the attack.
	for i, d := range images {
		if len(d.fills) != 4*5 {
			t.Errorf("set %d was prepared %d times: %v", i, len(d.fills), d.fills)
		}
	}
	// The results are those of the networks on one image at a time.
	for i, r := range results(t, &store, list, all) {
		subject, p := list[i%3], all[i/3]
		if a, _ := p.Attack(); a != nil {
			if r.Sums.Gradients == 0 || r.Sums.Queries <= r.Sums.Gradients {
				t.Errorf("%s: sums %+v", p, r.Sums)
			}
			if clean := results(t, &store, list, all[:1])[i%3]; r.Right >= clean.Right {
				t.Errorf("%s leaves %d right of %d", p, r.Right, clean.Right)
			}
			continue
		}
		right, nll, brier := 0, 0., 0.
		x, z, q := make([]float32, 4), make([]float32, 3), make([]float32, 3)
		for k, label := range subject.Labels {
			if err := (&drawn{}).Fill(t.Context(), x, p, 7, k, 1); err != nil {
				t.Fatal(err)
			}
			if err := subject.Network.Logits(z, x); err != nil {
				t.Fatal(err)
			}
			loss.Softmax(q, z, 3)
			class := loss.ArgMax(z)
			if (r.Answers[k] != Answer{Class: class, Confidence: q[class]}) {
				t.Fatalf("%s, image %d: %v, want class %d with %v", p, k, r.Answers[k], class, q)
			}
			if class == label {
				right++
			}
			nll += loss.CrossEntropyValue(z, label)
			for c, v := range q {
				if c == label {
					v--
				}
				brier += float64(v) * float64(v)
			}
		}
		if r.Right != right || math.Abs(r.Sums.NLL-nll) > 1e-3 || math.Abs(r.Sums.Brier-brier) > 1e-3 || r.Backend != "test" || r.Machine != "none" {
			t.Errorf("%s: %d right, sums %+v by %s %s, want %d, %g and %g", p, r.Right, r.Sums, r.Backend, r.Machine, right, nll, brier)
		}
	}
	// Nothing is left to compute, and of more images only those that are new.
	if p, err := Run(t.Context(), &store, list, all, Options{}); err != nil || p.Cells != 0 || p.Stored != 12 {
		t.Errorf("again: %+v, %v", p, err)
	}
}

// Interrupted, shared out, or at once: results are the same.
func TestRunParts(t *testing.T) {
	list, _ := subjects()
	all := perturbations(t, several...)
	var whole Memory
	if _, err := Run(t.Context(), &whole, list, all, Options{}); err != nil {
		t.Fatal(err)
	}
	want := results(t, &whole, list, all)

	var parts Memory
	images := 0
	for shard := range 3 {
		p, err := Run(t.Context(), &parts, list, all, Options{Shard: shard, Shards: 3, Block: 1000 * (shard % 2)}) // the same shards
		if err != nil {
			t.Fatal(err)
		}
		images += p.ImagesDone
		if p.Done != p.Cells {
			t.Errorf("%+v", p)
		}
	}
	if images != 12*count || !reflect.DeepEqual(results(t, &parts, list, all), want) {
		t.Errorf("three shards of %d images in all have other results", images)
	}

	var blocks Memory
	list, sets := subjects()
	if _, err := Run(t.Context(), &blocks, list, all, Options{Block: 1000}); err != nil || !reflect.DeepEqual(results(t, &blocks, list, all), want) {
		t.Errorf("block by block results are others: %v", err)
	}
	if fills := sets[0].fills; len(fills) != 20 || !slices.IsSortedFunc(fills, func(a, b string) int { return block(a) - block(b) }) ||
		fills[0] != "clean 0+250" || fills[4] != "fog{severity=2} 0+250" || fills[16] != "clean 1000+100" {
		t.Errorf("order %q", fills)
	}

	var interrupted Memory
	draw := random.New(5, 0, "interrupt", 0)
	for runs := 0; ; runs++ {
		ctx, cancel := context.WithCancel(t.Context())
		left := draw.IntN(40)
		p, err := Run(ctx, &interrupted, list, all, Options{Progress: func(Progress) {
			if left--; left < 0 {
				cancel()
			}
		}})
		cancel()
		if err == nil {
			if runs < 2 {
				t.Error("was not interrupted")
			}
			break
		}
		if !errors.Is(err, context.Canceled) || p.Done == p.Cells {
			t.Fatalf("%+v, %v", p, err)
		}
	}
	if !reflect.DeepEqual(results(t, &interrupted, list, all), want) {
		t.Error("interrupted runs have other results")
	}
}

// block returns the number of the thousand images that a fill of drawn is in.
func block(fill string) int {
	var first, n int
	if _, err := fmt.Sscanf(fill[strings.Index(fill, " "):], "%d+%d", &first, &n); err != nil {
		panic(err)
	}
	return first / 1000
}

// The next images are prepared while a network computes, and no more than those.
func TestRunAhead(t *testing.T) {
	list, images := subjects()
	list = list[:1]
	begun := make(chan int, 100)
	images[0].begun = func(first int) { begun <- first }
	want := 0
	list[0].Network.(*linear).before = func(n int) error {
		for range 2 {
			if want >= count {
				return nil
			}
			select {
			case first := <-begun:
				if first != want {
					t.Errorf("image %d is prepared, want %d", first, want)
				}
				want += maxLot
			case <-time.After(10 * time.Second):
				t.Error("the next images are not prepared meanwhile")
			}
			if want > maxLot {
				break // the first time it is this lot and the next
			}
		}
		time.Sleep(5 * time.Millisecond)
		if len(begun) > 0 {
			t.Error("more than the next images are prepared")
		}
		return nil
	}
	if _, err := Run(t.Context(), new(Memory), list, perturbations(t, "clean"), Options{}); err != nil {
		t.Fatal(err)
	}
}

func TestRunFails(t *testing.T) {
	list, images := subjects()
	all := perturbations(t, "clean", "fog{severity=2}")
	broken := list[1].Network.(*linear)
	good := slices.Clone(broken.weights)
	broken.weights[0] = float32(math.NaN())
	var store Memory
	p, err := Run(t.Context(), &store, list, all, Options{})
	if err != nil || p.Failed != 2 || p.Done != 6 {
		t.Fatalf("%+v, %v", p, err)
	}
	for i, s := range list {
		c := s.Cell
		c.Perturbation = all[1]
		_, err := Collect(&store, c, 1000)
		if failed := errors.Is(err, ErrNoResult); failed != (i == 1) {
			t.Errorf("network %d: %v", i, err)
		}
		if reason := store.Failure(c.Slices(1000)[0]); (reason != "") != (i == 1) {
			t.Errorf("network %d failed with %q", i, reason)
		}
	}
	copy(broken.weights, good)
	if p, err := Run(t.Context(), &store, list, all, Options{}); err != nil || p.Cells != 2 || p.Failed != 0 || p.Stored != 4 {
		t.Errorf("again: %+v, %v", p, err)
	}

	full := errors.New("no space left")
	if _, err := Run(t.Context(), fullStore{&Memory{}, full}, list, all, Options{}); err != full {
		t.Errorf("store: %v", err)
	}
	images[1].fail = errors.New("no such image")
	if _, err := Run(t.Context(), new(Memory), list, all, Options{}); err != images[1].fail {
		t.Errorf("images: %v", err)
	}
	images[1].fail = nil
	lost := errors.New("device lost")
	broken.before = func(int) error { return lost }
	if _, err := Run(t.Context(), new(Memory), list, all, Options{}); !errors.Is(err, lost) {
		t.Errorf("network: %v", err)
	}
	list[0].Cell.N++
	if _, err := Run(t.Context(), new(Memory), list, all, Options{}); err == nil {
		t.Error("more images than labels: no error")
	}
}

type fullStore struct {
	Store
	err error
}

func (s fullStore) Put([]Cell, []*Result) error { return s.err }

// Large images are prepared fewer at a time.
func TestSliceSize(t *testing.T) {
	for text, want := range map[string][2]int{"clean": {1000, 200}, "fog{severity=1}": {1000, 200}, "fgsm": {250, 50}, "autoattack": {100, 20}} {
		p := perturbations(t, text)[0]
		if got := [2]int{SliceSize(p, 32*32), SliceSize(p, 224*224)}; got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
