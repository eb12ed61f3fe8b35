package engine

import (
	"slices"

	"steady/core/compute"
)

// slot is the number of a tensor of a program before it has memory.
type slot int

// none is the slot of a tensor that is left out.
const none slot = -1

// step is a kernel to be made once its tensors have memory. A training engine shares its memory, and so its plan, with an
// evaluator, which runs some of its steps and some of its own.
type step struct {
	reads, writes   []slot
	make            func(at func(slot) compute.Buffer) compute.Kernel
	evaluate        func(at func(slot) compute.Buffer) compute.Kernel // for the evaluator; nil: the same kernel
	own, evaluation bool                                              // whether the engine runs it, and the evaluator
	toParams        bool                                              // it writes gradients of parameters besides others
}

// plan lists the steps of a program and shares memory among tensors that are not needed at the same time.
type plan struct {
	sizes   []int // elements of each slot for one image
	steps   []step
	first   []int   // step that a slot is first written in
	last    []int   // step that a slot is last used in
	scratch float64 // about the elements that the most demanding convolution lays out
}

// tensor adds a tensor of size elements an image.
func (p *plan) tensor(size int) slot {
	p.sizes = append(p.sizes, size)
	p.first = append(p.first, -1)
	p.last = append(p.last, -1)
	return slot(len(p.sizes) - 1)
}

// add adds a step.
func (p *plan) add(reads, writes []slot, make func(at func(slot) compute.Buffer) compute.Kernel) {
	at := len(p.steps)
	p.steps = append(p.steps, step{reads: reads, writes: writes, make: make, own: true, evaluation: true})
	for _, s := range writes {
		p.extendLifetime(s, at)
	}
	for _, s := range reads {
		p.extendLifetime(s, at)
	}
}

// extendLifetime keeps a slot's memory from its first use to step at.
func (p *plan) extendLifetime(s slot, at int) {
	if s == none {
		return
	}
	if p.first[s] < 0 {
		p.first[s] = at
	}
	p.last[s] = max(p.last[s], at)
}

// assign puts every slot into one of as few blocks as a greedy search finds: at each step the free block that fits best.
// Where images run in microbatches only one of the same size fits, in which an image has the same place.
func (p *plan) assign(microbatched bool) (block []int, sizes []int) {
	block = make([]int, len(p.sizes))
	for i := range block {
		block[i] = -1
	}
	var free []int
	for at := range p.steps {
		for s := range p.sizes {
			if p.first[s] != at {
				continue
			}
			best := -1
			for i, b := range free {
				if microbatched && sizes[b] != p.sizes[s] {
					continue
				}
				if best < 0 || betterFit(sizes[b], sizes[free[best]], p.sizes[s]) {
					best = i
				}
			}
			if best < 0 {
				sizes = append(sizes, p.sizes[s])
				block[s] = len(sizes) - 1
				continue
			}
			block[s] = free[best]
			sizes[block[s]] = max(sizes[block[s]], p.sizes[s])
			free = append(free[:best], free[best+1:]...)
		}
		for s := range p.sizes {
			if p.last[s] == at {
				free = append(free, block[s])
			}
		}
	}
	return block, sizes
}

// betterFit reports whether a block of a elements suits a tensor of want better than one of b: the smallest that holds it,
// else the largest.
func betterFit(a, b, want int) bool {
	if (a >= want) != (b >= want) {
		return a >= want
	}
	if a >= want {
		return a < b
	}
	return a > b
}

// build makes the memory and the kernels of all steps, of which the first forward are those of the forward pass, for as
// many images of a batch as the backend prefers to run at a time.
func (p *plan) build(b compute.Backend, c Config, params, forward int) (*program, func(slot) compute.Buffer, error) {
	m := &program{images: c.Batch}
	block, sizes := p.assign(false)
	if q, ok := b.(compute.Microbatcher); ok && c.Statistics == RunningStatistics {
		own, ownSizes := p.assign(true)
		if n := q.MicrobatchSize(memory(ownSizes), 4*float64(params)); n > 0 {
			block, sizes, m.images, m.microbatched = own, ownSizes, min(c.Batch, n), q
		}
	}
	if q, ok := b.(compute.BatchHinter); ok {
		q.SetMaxImages(m.images)
	}
	buffers := make([]compute.Buffer, len(sizes))
	for i, n := range sizes {
		buffers[i] = b.NewBuffer(n * m.images)
	}
	at := func(s slot) compute.Buffer {
		if s == none {
			return nil
		}
		return buffers[block[s]]
	}
	kernels := make([]compute.Kernel, len(p.steps))
	for i, s := range p.steps {
		if s.own {
			kernels[i] = s.make(at)
		}
	}
	m.forward, m.backward = present(kernels[:forward]), present(kernels[forward:])
	m.evaluation = func() *program {
		if q, ok := b.(compute.BatchHinter); ok {
			q.SetMaxImages(m.images)
		}
		e, own := *m, kernels
		kernels := make([]compute.Kernel, len(own))
		for i, s := range p.steps {
			switch {
			case !s.evaluation:
			case s.evaluate != nil:
				kernels[i] = s.evaluate(at)
			case s.own:
				kernels[i] = own[i]
			default:
				kernels[i] = s.make(at)
			}
		}
		e.forward, e.backward = present(kernels[:forward]), present(kernels[forward:])
		return &e
	}
	return m, at, failure(b)
}

// present returns the kernels that there are.
func present(kernels []compute.Kernel) []compute.Kernel {
	return slices.DeleteFunc(slices.Clone(kernels), func(k compute.Kernel) bool { return k == nil })
}

// memory returns the bytes of blocks for one image. Sizes come from files: their sum may be beyond any integer.
func memory(sizes []int) (bytes float64) {
	for _, n := range sizes {
		bytes += 4 * float64(n)
	}
	return bytes
}
