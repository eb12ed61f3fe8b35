package bench

import (
	"context"
	"runtime"
	"runtime/metrics"
	"testing"

	"steady/core/nn"
)

// large is a network of images of 12 MiB, whose answers are of no interest.
type large struct{ linear }

var largeShape = nn.Shape{3, 1024, 1024}

func (l *large) InputShape() nn.Shape { return largeShape }
func (l *large) Logits(dst, x []float32) error {
	clear(dst)
	return nil
}

// bounded prepares such images, and notes where, and how much the heap has.
type bounded struct {
	at   map[*float32]int // bytes
	most uint64
}

func (b *bounded) Fill(_ context.Context, dst []float32, _ Perturbation, _ uint64, first, n int) error {
	for i := range dst {
		dst[i] = float32(first)
	}
	b.at[&dst[0]] = 4 * cap(dst)
	b.most = max(b.most, heap())
	return nil
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// A run holds two lots of images, whatever their number and the number of networks.
func TestRunMemory(t *testing.T) {
	const images = 40 // 480 MiB
	labels := make([]int, images)
	prepared := &bounded{at: map[*float32]int{}}
	var list []Subject
	for _, name := range []string{"a", "b"} {
		list = append(list, Subject{Cell: Cell{Network: name, N: images}, Network: &large{}, Images: prepared, Labels: labels})
	}
	runtime.GC()
	before := heap()
	if p, err := Run(t.Context(), new(Memory), list, perturbations(t, "clean", "fog{severity=1}"), Options{}); err != nil || p.ImagesDone != 4*images {
		t.Fatalf("%+v, %v", p, err)
	}
	if len(prepared.at) > 2 {
		t.Errorf("images are prepared in %d places", len(prepared.at))
	}
	for _, bytes := range prepared.at {
		if bytes > maxLotBytes {
			t.Errorf("%d bytes are prepared together", bytes)
		}
	}
	if most := prepared.most - before; most > 2*maxLotBytes+8<<20 {
		t.Errorf("the heap grows by %d MiB", most>>20)
	}
}
