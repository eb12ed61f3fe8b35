package cpu

import (
	"math/bits"

	"steady/core/compute"
)

// kernel is a list of phases; all tasks of one are done before the next starts.
type kernel []phase

// phase is work in independent tasks.
type phase interface {
	// tasks is the number of tasks for a number of images.
	tasks(images int) int
	// do runs one of them, with the scratch memory of its worker.
	do(images, task int, scratch []float32)
}

// perImagePhase is a phase whose tasks read and write only what belongs to their images.
type perImagePhase interface {
	phase
	// step is a number of images at whose multiples tasks begin.
	step() int
}

// preparation is a phase that reads no image.
type preparation interface {
	phase
	prepares()
}

// perImage is embedded by phases with one task for each image.
type perImage struct{}

func (perImage) tasks(images int) int { return images }
func (perImage) step() int            { return 1 }

// preparationPhase is embedded by preparations.
type preparationPhase struct{}

func (preparationPhase) prepares() {}

// Run runs kernels in order over the first images images of their buffers.
func (b *Backend) Run(images int, kernels []compute.Kernel) {
	for _, k := range kernels {
		for _, p := range k.(kernel) {
			b.pool.run(p, images)
		}
	}
}

// microbatchBytes is about a core's share of the caches (docs/performance.md has what other values brought).
const microbatchBytes = 8 << 20

// MicrobatchSize returns as many images for each core as its caches hold. Weights, which Winograd's transform makes four
// times as large, pass the caches once for every microbatch: so it returns 0, for whole batches, if they are large beside
// the images. Of images that are too large for the caches themselves, it returns two for each core, or as many as make the
// weights the smaller part.
func (b *Backend) MicrobatchSize(imageBytes, paramBytes float64) int {
	n := int(microbatchBytes / max(imageBytes, 4))
	switch {
	case n < 2:
		return b.Threads() * powerOfTwo(max(2, int(paramBytes/imageBytes)/b.Threads()))
	case 4*paramBytes > microbatchBytes:
		return 0
	}
	return b.Threads() * powerOfTwo(n)
}

// RunMicrobatched takes a few images at a time through all of the kernels, if there is as much work for each core: their
// values then stay in a core's cache, and the cores do not wait for each other.
func (b *Backend) RunMicrobatched(images int, kernels []compute.Kernel) {
	block := blockOf(kernels)
	if block == 0 || (images+block-1)/block%b.Threads() != 0 {
		b.Run(images, kernels)
		return
	}
	for _, k := range kernels {
		for _, p := range k.(kernel) {
			if p, ok := p.(preparation); ok {
				b.pool.run(p, images)
			}
		}
	}
	b.imageMajor.begin(kernels, block)
	b.pool.run(&b.imageMajor, images)
	b.imageMajor.end()
}

// blockOf is the least number of images that can go through all of the kernels by themselves, or 0.
func blockOf(kernels []compute.Kernel) int {
	block := 1
	for _, k := range kernels {
		for _, p := range k.(kernel) {
			switch p := p.(type) {
			case perImagePhase:
				block = lcm(block, p.step())
			case preparation:
			default:
				return 0
			}
		}
	}
	return block
}

// imageMajor takes blocks of images through all of some kernels.
type imageMajor struct {
	phases []phase // but for preparations
	block  int
}

func (t *imageMajor) begin(kernels []compute.Kernel, block int) {
	t.block = block
	for _, k := range kernels {
		for _, p := range k.(kernel) {
			if _, ok := p.(preparation); !ok {
				t.phases = append(t.phases, p)
			}
		}
	}
}

// end keeps the memory of the list, but not what it names.
func (t *imageMajor) end() {
	clear(t.phases)
	t.phases = t.phases[:0]
}

func (t *imageMajor) tasks(images int) int { return (images + t.block - 1) / t.block }

func (t *imageMajor) do(images, task int, scratch []float32) {
	first := task * t.block
	last := min(first+t.block, images)
	for i := 0; i < len(t.phases); i++ {
		if i+1 < len(t.phases) && handOn(t.phases[i], t.phases[i+1], first, last, scratch) {
			i++
			continue
		}
		p := t.phases[i]
		for task := p.tasks(first); task < p.tasks(last); task++ {
			p.do(last, task, scratch)
		}
	}
}

// handedOn is about how many elements a convolution hands on to the next phase at a time, so that they are still in the second
// cache.
const handedOn = 1 << 16

// channelReader is a phase that takes each channel of its input by itself.
type channelReader interface {
	// memory returns what is read and what is written, and how much scratch memory that takes.
	memory() (x, y []float32, scratch int)
	// channels takes the channels [first, after) of an image.
	channels(image, first, after int, scratch []float32)
}

// handOn runs two phases on the images [first, last), and reports whether it did so: it does where one reads the channels that
// the other makes, and these are more than it hands on at a time.
func handOn(from, to phase, first, last int, scratch []float32) bool {
	if packs { // convolutions make no outputs in place
		return false
	}
	c, ok := from.(*conv)
	if !ok || !c.inPlace || c.groups != 1 || c.chunk != 1 || c.parts != 1 {
		return false
	}
	r, ok := to.(channelReader)
	if !ok {
		return false
	}
	s := c.shape
	x, y, need := r.memory()
	area := s.OH * s.OW
	switch {
	case &x[0] != &c.y[0], s.K*area < 2*handedOn, len(scratch) < c.size()+need:
		return false
	case &y[0] == &c.x[0], c.base != nil && &y[0] == &c.base[0]: // in the place of what the convolution still reads
		return false
	}
	panelsAtOnce := max(handedOn/(4*area), 1)
	for image := first; image < last; image++ {
		rows := c.run(scratch[:c.size()], c.x[image*s.C*s.H*s.W:], 1, 0)
		for panel := 0; panel < panels(s.K); panel += panelsAtOnce {
			count := min(panelsAtOnce, panels(s.K)-panel)
			c.place(image, 0, panel, count, rows)
			r.channels(image, 4*panel, min(4*(panel+count), s.K), scratch[c.size():])
		}
	}
	return true
}

// powerOfTwo rounds a number, at least 1, down to a power of two: the least common multiple of two such numbers is small.
func powerOfTwo(n int) int { return 1 << (bits.Len(uint(n)) - 1) }

// lcm returns the least common multiple of two numbers.
func lcm(a, b int) int {
	n := a
	for n%b != 0 {
		n += a
	}
	return n
}

// shares is embedded by phases whose tasks are parts of larger ones where there are too few of these for all threads. A
// larger task, an image for instance, has a number of units that stay together, such as channels.
type shares struct{ units, parts int }

// shares splits each of some tasks into as many parts as there are threads for.
func (b *Backend) shares(tasks, units int) shares {
	return shares{units, max(min((b.Threads()+tasks-1)/tasks, units), 1)}
}

// share returns the larger task that a task is a part of, and its units: the first, and the one after the last.
func (s shares) share(task int) (whole, first, after int) {
	whole, part := task/s.parts, task%s.parts
	return whole, s.units * part / s.parts, s.units * (part + 1) / s.parts
}

// imageShares is embedded by phases whose tasks are parts of an image.
type imageShares struct{ shares }

func (s imageShares) tasks(images int) int { return images * s.parts }
func (s imageShares) step() int            { return 1 }
