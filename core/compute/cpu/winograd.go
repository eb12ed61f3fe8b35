package cpu

import (
	"unsafe"

	"steady/core/compute"
)

// Winograd's minimal filtering F(4×4,3×3) makes 4×4 outputs of a 3×3 convolution from 6×6 inputs with 36
// multiplications a pair of channels instead of 144 (Lavin and Gray, "Fast Algorithms for Convolutional Neural
// Networks", 2016, arXiv:1509.09308):
//
//	Y = Aᵀ[Σ_c (G g_c Gᵀ) ⊙ (Bᵀ d_c B)]A
//
// where the sum over the channels c is 36 matrix products over all tiles, one for each place of the 6×6. The matrices
// come from six points at which polynomials are evaluated. Usually these are 0, ±1, ±2 and ∞; with 0, ±√½, ±√2 and ∞
// the largest rounding error is a sixth (TestWinogradPoints).
const (
	winogradTile     = 4 // outputs of a tile in a row or a column
	winogradInput    = 6 // its inputs in a row or a column
	winogradArea     = winogradInput * winogradInput
	winogradHalf     = winogradTile * winogradInput * 8
	winogradTogether = 8 // outputs that byRows makes together
	winogradLead     = 4 // columns before the image in a row of the transformed ones; at least the left padding
)

// suitsWinograd reports whether a group of a convolution is to be done this way. The transforms cost as much as
// so many channels of the products, and the transformed weights are four times as large as the weights.
func suitsWinograd(g compute.ConvShape) bool {
	const fewest, most = 8, 256 * 256
	return vectors && g.R == 3 && g.S == 3 && g.Stride == [2]int{1, 1} && g.Dilation == [2]int{1, 1} &&
		g.K%4 == 0 && g.C >= fewest && g.K >= fewest && g.C*g.K <= most &&
		max(g.Pads[1], g.Pads[3]) <= winogradLead && g.OH >= winogradTile && g.OW >= winogradTile
}

// winograd is a convolution that suitsWinograd, or the input gradient of one, which has turned weights.
// A task is a number of strips, rows of tiles. Its steps are
//
//	columns  Bᵀ·d for whole rows of the image, a channel and a strip at a time
//	rows     (Bᵀ·d)·B for four tiles at a time, which become panels of tiles
//	tiles    for each of the 36 places: four tiles × channels times channels × outputs
//	outputs  Aᵀ(…)A, with bias and activation, four output channels of a tile at a time
type winograd struct {
	shape        compute.ConvShape // of one group
	groups       int
	weights      *winogradWeights
	y, x, bias   []float32
	base         []float32 // what is added to the outputs: nil, a residual, or y itself
	act          compute.Activation
	across, down int       // tiles of an image
	strips       int       // of a task
	shares                 // of units of output channels, for the same strips
	together     int       // strips whose columns are transformed before their rows: whole panels, if possible
	pitch        int       // elements of a row of the strips
	inPlace      int       // elements of the transformed inputs of one place
	outPlace     int       // likewise of the outputs
	offsets      []uintptr // of the rows of a matrix of weights
	crowded      bool      // places of outputs that are made together fall into the same few sets of the cache
	zeros        []float32 // a row beyond the image; and no bias
}

// newWinograd takes strips together that have about 32 tiles: enough to use the transformed weights often, few enough
// for the second cache. If there are few images, fewer, so that there is work for all goroutines, but no fewer than 8
// tiles, which keep the vectors full; then tasks share out the output channels.
func (b *Backend) newWinograd(g compute.ConvShape, groups int, y, x, bias, base compute.Buffer, act compute.Activation,
	weights *winogradWeights) *winograd {
	w := &winograd{
		shape: g, groups: groups, weights: weights, y: data(y), x: data(x), bias: data(bias),
		base: data(base), act: act, across: (g.OW + winogradTile - 1) / winogradTile, down: (g.OH + winogradTile - 1) / winogradTile,
	}
	images := b.images(x, groups*g.C*g.H*g.W)
	all := images * w.down
	w.strips = powerOfTwo(max(min(32/w.across, max(all/b.Threads(), (7+w.across)/w.across)), 1))
	w.shares = b.shares((all+w.strips-1)/w.strips, (g.K+w.unit()-1)/w.unit())
	n := vectorColumns()
	w.pitch = winogradLead + (g.W+n-1)/n*n + max(n, 2*winogradTile)
	w.together = min(lcm(w.across, 8)/w.across, w.strips)
	quads := (w.strips*w.across + 3) / 4
	w.inPlace = padToOddCacheLines((quads + 1) / 2 * 2 * g.C * 4)
	w.outPlace = padToOddCacheLines(quads * 4 * weights.columns)
	w.offsets = allocate[uintptr](b, g.C, tileOverrun)
	for c := range w.offsets {
		w.offsets[c] = uintptr(4 * c * weights.columns)
	}
	w.zeros = allocate[float32](b, max(g.W, g.K)+slack, 0)
	w.crowded = cacheWay > 0 && 4*g.OH*g.OW%max(cacheWay, 1) == 0
	last := 16 * g.K // a patch
	if w.crowded {
		last = w.rowsSize()
	}
	b.reserve(w.stripSize()*w.together + winogradArea*(w.inPlace+w.outPlace) + last + winogradHalf)
	return w
}

// stripSize is the number of elements of a strip after columns.
func (w *winograd) stripSize() int { return w.shape.C * winogradInput * w.pitch }

// rowsSize is the number of elements of the rows that byRows makes together.
func (w *winograd) rowsSize() int { return winogradTogether * winogradTile * winogradTile * w.across }

// unit is the number of output channels in whose multiples they are shared out.
func (w *winograd) unit() int { return max(tileColumns(), 8) }

func (w *winograd) tasks(images int) int { return (images*w.down + w.strips - 1) / w.strips * w.parts }

// step: as many images as have a multiple of a task's strips.
func (w *winograd) step() int { return lcm(w.strips, w.down) / w.down }

func (w *winograd) do(images, task int, scratch []float32) {
	part, firstChannel, after := w.share(task)
	first := part * w.strips
	strips := min(w.strips, images*w.down-first)
	firstChannel, after = firstChannel*w.unit(), min(after*w.unit(), w.shape.K)
	channels := after - firstChannel
	quads := (strips*w.across + 3) / 4
	rows, rest := scratch[:w.together*w.stripSize()], scratch[w.together*w.stripSize():]
	in, rest := rest[:winogradArea*w.inPlace], rest[winogradArea*w.inPlace:]
	out, rest := rest[:winogradArea*w.outPlace], rest[winogradArea*w.outPlace:]
	for g := 0; g < w.groups; g++ {
		for s := 0; s < strips; s += w.together {
			count := min(w.together, strips-s)
			for i := range count {
				w.columns(rows[i*w.stripSize():], g, first+s+i)
			}
			w.rows(in[s*w.across*w.shape.C:], rows, count)
		}
		for place := 0; place < winogradArea; place++ {
			in, out := unsafe.Pointer(&in[place*w.inPlace]), unsafe.Pointer(&out[place*w.outPlace+firstChannel])
			matrix := (g*winogradArea+place)*w.weights.place + w.weights.at(0, firstChannel)
			weights, blocks := unsafe.Pointer(&w.weights.transformed[matrix]), (channels+tileColumns()-1)/tileColumns()
			if packs {
				packedTiles(w.shape.C, in, quads, weights, blocks, out, w.weights.columns)
			} else {
				tiles(w.shape.C, in, quads, weights, &w.offsets[0], blocks, out, w.weights.columns)
			}
		}
		for s := 0; s < strips; s++ {
			w.outputs(out[s*w.across*w.weights.columns:], rest, g, first+s, firstChannel, channels)
		}
	}
}

// columns transforms the columns of a strip: six rows for each channel.
func (w *winograd) columns(dst []float32, g, strip int) {
	s := &w.shape
	image, top := strip/w.down, strip%w.down*winogradTile-s.Pads[0]
	x := w.x[(image*w.groups+g)*s.C*s.H*s.W:]
	var from stripRows
	for i := range from.rows {
		if h := top + i; h >= 0 && h < s.H {
			from.rows[i], from.steps[i] = unsafe.Pointer(&x[h*s.W]), 4*s.H*s.W
		} else {
			from.rows[i] = unsafe.Pointer(&w.zeros[0])
		}
	}
	winogradColumns(unsafe.Pointer(&dst[0]), 4*w.pitch, &from, s.W, s.C)
}

// rows transforms the rows of all tiles of some strips, in panels of four. The last one is filled up with its last tile.
func (w *winograd) rows(dst, strips []float32, count int) {
	tiles := count * w.across
	var at [8]unsafe.Pointer
	for first := 0; first < tiles; first += len(at) {
		for i := range at {
			t := min(first+i, tiles-1)
			at[i] = unsafe.Pointer(&strips[t/w.across*w.stripSize()+winogradLead-w.shape.Pads[1]+t%w.across*winogradTile])
		}
		panels := min((tiles-first+3)/4, 2)
		winogradRows(unsafe.Pointer(&dst[first*w.shape.C]), 4*w.inPlace, &at, panels, 4*w.pitch, w.shape.C)
	}
}

// outputs makes channels outputs of a strip, from the first on. Tiles that reach beyond the image take the way over a
// patch.
func (w *winograd) outputs(from, scratch []float32, g, strip, first, channels int) {
	s := &w.shape
	area := s.OH * s.OW
	image, top := strip/w.down, strip%w.down*winogradTile
	at := ((image*w.groups+g)*s.K+first)*area + top*s.OW
	from = from[first:]
	if w.crowded {
		w.byRows(from, scratch, at, g*s.K+first, channels, min(winogradTile, s.OH-top))
		return
	}
	o := outputs{
		tiles: s.OW / winogradTile, from: unsafe.Pointer(&from[0]), nextTile: 4 * w.weights.columns, place: 4 * w.outPlace,
		groups: channels / 4, bias: unsafe.Pointer(&w.zeros[0]), act: w.act, active: w.act != compute.NoActivation,
		y: unsafe.Pointer(&w.y[at]), yChannel: 4 * area, yRow: 4 * s.OW, half: unsafe.Pointer(&scratch[0]),
	}
	if w.bias != nil {
		o.bias = unsafe.Pointer(&w.bias[g*s.K+first])
	}
	if w.base != nil {
		o.base, o.baseChannel, o.baseRow = unsafe.Pointer(&w.base[at]), o.yChannel, o.yRow
	}
	height := min(winogradTile, s.OH-top)
	if height < winogradTile {
		o.tiles = 0
	}
	done := o.tiles
	if done > 0 {
		whole := o
		winogradOutputs(&whole)
	}
	for t := done; t < w.across; t++ {
		o.from = unsafe.Pointer(&from[t*w.weights.columns])
		w.patch(o, scratch[winogradHalf:], at+t*winogradTile, height, min(winogradTile, s.OW-t*winogradTile))
	}
}

// byRows makes the height rows of a strip's outputs from element at on, for channels from one on. Eight at a time are made
// as rows in scratch memory, and then go to their places, where tiles would push each other out of the cache.
func (w *winograd) byRows(from, scratch []float32, at, first, channels, height int) {
	s := &w.shape
	width := w.across * winogradTile
	rows, half := scratch[:w.rowsSize()], scratch[w.rowsSize():]
	rowWidth, n := s.OW, height*s.OW
	if width == s.OW {
		rowWidth = n // all rows are as one
	}
	for k := 0; k < channels; k += winogradTogether {
		count := min(winogradTogether, channels-k)
		winogradOutputs(&outputs{
			tiles: w.across, from: unsafe.Pointer(&from[k]), nextTile: 4 * w.weights.columns, place: 4 * w.outPlace,
			groups: count / 4, bias: unsafe.Pointer(&w.zeros[0]), act: compute.NoActivation, half: unsafe.Pointer(&half[0]),
			y: unsafe.Pointer(&rows[0]), yChannel: 4 * winogradTile * width, yRow: 4 * width,
		})
		for i := range count {
			var base []float32
			if w.base != nil {
				base = w.base[at:][:n]
			}
			var bias float32
			if w.bias != nil {
				bias = w.bias[first+k+i]
			}
			finishRows(w.y[at:][:n], rows[i*winogradTile*width:], base, rowWidth, width, bias, w.act)
			at += s.OH * s.OW
		}
	}
}

// patch makes the outputs of a tile of which only height×width lie on the image, from element at on.
func (w *winograd) patch(o outputs, patch []float32, at, height, width int) {
	s := &w.shape
	area := s.OH * s.OW
	o.tiles, o.y, o.yChannel, o.yRow = 1, unsafe.Pointer(&patch[0]), 64, 16
	if w.base != nil {
		o.base, o.baseChannel, o.baseRow = o.y, o.yChannel, o.yRow
		for k := 0; k < 4*o.groups; k++ {
			for r := 0; r < height; r++ {
				copy(patch[16*k+4*r:], w.base[at+k*area+r*s.OW:][:width])
			}
		}
	}
	channels := 4 * o.groups
	winogradOutputs(&o)
	cutPatch(w.y[at:], area, s.OW, patch, channels, height, width)
}

// plainCutPatch copies height×width of the 4×4 elements that patch has of each channel to y, whose channels and rows lie
// so far apart. cutPatch does the same.
func plainCutPatch(y []float32, channel, row int, patch []float32, channels, height, width int) {
	for k := 0; k < channels; k++ {
		for r := 0; r < height; r++ {
			copy(y[k*channel+r*row:][:width], patch[16*k+4*r:])
		}
	}
}

// The transforms, which are written for the vectors of each processor (winograd_amd64.s for AVX2, winograd_simd.go for
// what else amd64 has, winograd_arm64.s, winograd_wasm.s; winograd_plain.go is the same in plain Go):
//
//	cacheWay
//
// is how many bytes apart elements fall into the same set of the first cache, or 0 if that is not known.
//
//	vectorColumns()
//
// is the step in which winogradColumns writes columns.
//
//	winogradColumns(to unsafe.Pointer, pitch int, from *stripRows, n, channels int)
//
// transforms n columns of each channel of a strip into six rows, pitch bytes apart, channel after channel. What is left
// and right of the n columns becomes zero.
//
//	winogradRows(to unsafe.Pointer, place int, at *[8]unsafe.Pointer, panels, pitch, channels int)
//
// transforms the rows of one or two panels of four tiles, which begin at the pointers of at, six rows for each channel,
// pitch bytes apart. It makes, for each of the 36 places, place bytes apart, the panels' values: four for each channel. It
// may make two panels where one is asked for.
//
//	winogradOutputs(o *outputs)
//
// is y = act(Aᵀ(…)A + bias + base) for some tiles in a row. It may change what o says.

// stripRows are the six rows of an image that a strip of tiles is made from.
type stripRows struct {
	rows  [winogradInput]unsafe.Pointer // of the first channel
	steps [winogradInput]int            // bytes to that of the next channel: 0 for a row beyond the image, which is zero
}

// outputs says where the outputs of tiles in a row come from and go to: groups of four output channels, 4×4 of each.
// Strides are in bytes.
type outputs struct {
	tiles, groups        int
	from                 unsafe.Pointer // of the first tile
	nextTile, place      int            // strides of from
	y, base, bias        unsafe.Pointer // base is nil where nothing is added
	yChannel, yRow       int
	baseChannel, baseRow int
	act                  compute.Activation
	active               bool           // act does something
	half                 unsafe.Pointer // scratch: winogradHalf elements
}

// next goes on to the next tile.
func (o *outputs) next() {
	o.tiles--
	o.from, o.y = unsafe.Add(o.from, o.nextTile), unsafe.Add(o.y, 4*winogradTile)
	if o.baseRow != 0 {
		o.base = unsafe.Add(o.base, 4*winogradTile)
	}
}

// nothing is what addsNothing adds.
var nothing [winogradTile]float32

// addsNothing replaces a base that is nil by zeros.
func (o *outputs) addsNothing() {
	if o.base == nil {
		o.base = unsafe.Pointer(&nothing)
	}
}
