package webgpu

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"steady/core/compute"
	"steady/core/compute/cpu"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/net"
	"steady/core/train"
)

// TestDescend compares two steps with their formula.
func TestDescend(t *testing.T) {
	gpu := backend(t)
	for _, s := range []compute.DescentShape{{Size: 1, Momentum: .9}, {Size: 1000, Momentum: .9, Decay: .01}, {Size: 7}} {
		r := newRig(gpu, 1)
		value, velocity, gradient, rate := r.fixed(s.Size), r.fixed(s.Size), r.fixed(s.Size), r.holding([]float32{.25})
		var want, speed []float64
		sums := contents(r, 2)
		for i, v := range contents(r, 0) {
			w, u := float64(v), float64(contents(r, 1)[i])
			for range 2 {
				g := float64(sums[i])/3 + float64(s.Decay)*w
				u = float64(s.Momentum)*u + g
				w -= .25 * (g + float64(s.Momentum)*u)
			}
			want, speed = append(want, w), append(speed, u)
		}
		step := gpu.Descend(s, value, velocity, gradient, rate)
		gpu.Run(3, []compute.Kernel{step, step})
		if err := gpu.Err(); err != nil {
			t.Fatal(err)
		}
		got, moved := contents(r, 0), contents(r, 1)
		for i := range want {
			if math.Abs(float64(got[i])-want[i]) > 3e-6 || math.Abs(float64(moved[i])-speed[i]) > 3e-6 {
				t.Fatalf("%+v: element %d is %g with velocity %g, want %g and %g", s, i, got[i], moved[i], want[i], speed[i])
			}
		}
	}
}

// lessons are pictures for withoutConvolutions that differ by their brightest channel.
func lessons() *dataset.Set {
	s := &dataset.Set{Name: "lessons", C: 6, H: 4, W: 4, Classes: []string{"0", "1", "2", "3", "4", "5"}}
	for i := range 12 {
		s.Labels = append(s.Labels, i%6)
		for p := range s.Size() {
			s.Pix = append(s.Pix, uint8(37*i+11*p)%100)
			if p/16 == i%6 {
				s.Pix[len(s.Pix)-1] += 100
			}
		}
	}
	return s
}

// TestTraining trains on a card as on the processor, and loses the card at each moment of the second epoch: that epoch
// is then the processor's, to the bit, as if it had gone on from the checkpoint of the first.
func TestTraining(t *testing.T) {
	backend(t)
	c := train.Config{
		Recipe: "standard", Epochs: 2, Batch: 4, Schedule: train.Cosine, LearningRate: .5, Momentum: .9, WeightDecay: 1e-3,
	}
	networks := map[*train.Trainer]*net.Network{}
	run := func(b compute.Backend, fallback func(error) compute.Backend) *train.Trainer {
		n := withoutConvolutions()
		train.Initialise(n, 1)
		e, err := engine.New(b, n, engine.Config{Batch: c.Batch, Train: true, Fallback: fallback})
		if err != nil {
			t.Fatal(err)
		}
		tr, err := train.NewOn(e, lessons(), c)
		if err != nil {
			t.Fatal(err)
		}
		networks[tr] = n
		return tr
	}
	epoch := func(tr *train.Trainer) (file []byte) {
		if err := tr.RunEpoch(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := tr.Checkpoint(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	whole, straight := run(backend(t), nil), run(cpu.New(1), nil)
	first := epoch(whole)
	epoch(whole)
	epoch(straight)
	epoch(straight)
	for _, tr := range []*train.Trainer{whole, straight} {
		if err := tr.Store(); err != nil {
			t.Fatal(err)
		}
	}
	for i, p := range networks[straight].Params() {
		got := networks[whole].Params()[i].Data
		if place, off := differ(got, p.Data); off > 1e-5 {
			t.Errorf("after two epochs %s[%d] is %g, on the CPU %g", p.Name, place, got[place], p.Data[place])
		}
	}
	rest := run(cpu.New(1), nil)
	if err := rest.Restore(bytes.NewReader(first)); err != nil {
		t.Fatal(err)
	}
	want := epoch(rest)
	for after := 1; after <= 7; after++ { // two submissions a step, three steps an epoch
		gpu, device := losing(t, 0)
		var why error
		tr := run(gpu, func(err error) compute.Backend {
			why = err
			return cpu.New(1)
		})
		if !bytes.Equal(epoch(tr), first) {
			t.Fatal("the same epoch on the same card is another one")
		}
		device.left = after
		got := epoch(tr)
		if lost := new(LostError); errors.As(why, &lost) != (after <= 6) {
			t.Errorf("lost at submission %d: %v", after, why)
		}
		if after <= 6 && !bytes.Equal(got, want) {
			t.Errorf("lost at submission %d: the epoch that the processor did again is another one", after)
		}
	}
}
