package cpu

import (
	"math"
	"unsafe"

	"steady/core/compute"
)

// The gradient of the weights of a convolution that suitsWinograd is the transpose of its algorithm (winograd.go):
//
//	dg = Gᵀ[Σ_tiles (A dy Aᵀ) ⊙ (Bᵀ d B)]G
//
// where the sum over tiles is 36 matrix products, outputs × tiles times tiles × channels: a quarter of what the sum over
// all columns takes. The transforms make vectors of channels here, not of tiles, because it is the tiles that are summed.
// They are written for AVX2 (winograd_amd64.s); elsewhere convParam does it.

// suitsWinogradParam reports whether the gradient of the weights of a group is to be made this way.
func suitsWinogradParam(g compute.ConvShape) bool {
	return gradientTransforms() && suitsWinograd(g) && g.C%max(tileColumns(), 8) == 0 && g.K%8 == 0
}

// winogradParam is that gradient. A task is a shard of the images.
type winogradParam struct {
	shape        compute.ConvShape // of one group
	groups       int
	x, dy        []float32
	partial      []float32 // a gradient of the weights, then of the bias, for each shard
	shardSize    int
	bias         bool
	across, down int       // tiles of an image
	strips       int       // rows of tiles that are summed together
	xPitch       int       // elements of a transformed row of x
	dyPitch      int       // likewise of dy
	rows         []uintptr // offsets of the tiles' rows of channels
	zeros        []float32 // a row beyond the image
}

func (b *Backend) newWinogradParam(g compute.ConvShape, groups int, dweight, dbias, x, dy compute.Buffer) compute.Kernel {
	w := &winogradParam{
		shape: g, groups: groups, x: data(x), dy: data(dy), bias: dbias != nil,
		across: (g.OW + winogradTile - 1) / winogradTile, down: (g.OH + winogradTile - 1) / winogradTile,
		zeros: allocate[float32](b, max(g.W, g.OW)+slack, 0),
	}
	const together = 64 // tiles: enough to add sums up rarely, few enough for the second cache
	w.strips = powerOfTwo(max(together/w.across, 1))
	w.xPitch = winogradLead + (g.W+7)/8*8 + 8
	w.dyPitch = (g.OW+7)/8*8 + 8
	tiles := w.strips * w.across
	w.rows = allocate[uintptr](b, tiles, tileOverrun)
	for t := range w.rows {
		w.rows[t] = uintptr(4 * g.C * t)
	}
	w.shardSize = groups * g.K * g.C * 9
	if w.bias {
		w.shardSize += groups * g.K
	}
	w.partial = allocate[float32](b, shards*w.shardSize, 0)
	b.reserve(g.C*winogradInput*w.xPitch + g.K*winogradInput*w.dyPitch + winogradArea*(padToOddCacheLines(tiles*g.C)+padToOddCacheLines(tiles*g.K)) + (winogradArea+1)*g.K*g.C +
		(9+3*winogradInput)*g.C + slack)
	return kernel{w, &sumShards{partial: w.partial, size: w.shardSize, dst: [2][]float32{data(dweight), data(dbias)}}}
}

func (w *winogradParam) tasks(int) int { return shards }

func (w *winogradParam) do(images, shard int, scratch []float32) {
	s := &w.shape
	take := func(n int) []float32 {
		part := scratch[:n]
		scratch = scratch[n:]
		return part
	}
	tiles := w.strips * w.across
	xRows, dyRows := take(s.C*winogradInput*w.xPitch), take(s.K*winogradInput*w.dyPitch)
	xPlace, dyPlace := padToOddCacheLines(tiles*s.C), padToOddCacheLines(tiles*s.K)
	x, dy := take(winogradArea*xPlace), take(winogradArea*dyPlace)
	sums, product := take(winogradArea*s.K*s.C), take(s.K*s.C)
	taps, half := take(9*s.C), take(3*winogradInput*s.C)
	partial := w.partial[shard*w.shardSize:][:w.shardSize]
	first, last := images*shard/shards, images*(shard+1)/shards
	for g := range w.groups {
		clear(sums)
		for strip := first * w.down; strip < last*w.down; strip += w.strips {
			n := min(w.strips, last*w.down-strip)
			count := n * w.across
			for i := range n {
				w.transformInput(x[i*w.across*s.C:], xPlace, xRows, g, strip+i)
				w.transformGradient(dy[i*w.across*4:], dyPlace, count, dyRows, g, strip+i)
			}
			for place := range winogradArea {
				sumTiles(count, unsafe.Pointer(&dy[place*dyPlace]), panels(s.K), unsafe.Pointer(&x[place*xPlace]), &w.rows[0],
					s.C/tileColumns(), unsafe.Pointer(&sums[place*s.K*s.C]), s.C, product)
			}
		}
		w.filters(partial[g*s.K*s.C*9:], sums, taps, half)
	}
	if !w.bias {
		return
	}
	bias, area := partial[w.groups*s.K*s.C*9:], s.OH*s.OW
	clear(bias)
	for k := range bias {
		for i := first; i < last; i++ {
			bias[k] += sum(w.dy[(i*len(bias)+k)*area:][:area])
		}
	}
}

// transformInput makes Bᵀ d B of the tiles of a strip: for each place a row of channels for each tile.
func (w *winogradParam) transformInput(to []float32, place int, rows []float32, g, strip int) {
	s := &w.shape
	from := w.strip(w.x, s.C, s.H, s.W, g, strip, s.Pads[0], winogradInput)
	winogradColumns(unsafe.Pointer(&rows[0]), 4*w.xPitch, &from, s.W, s.C)
	channelRows(unsafe.Pointer(&to[0]), 4*place, unsafe.Pointer(&rows[winogradLead-s.Pads[1]]), 4*w.xPitch, s.C/8, w.across)
}

// transformGradient makes A dy Aᵀ of the tiles of a strip: for each place panels of four outputs, in which there are count
// tiles.
func (w *winogradParam) transformGradient(to []float32, place, count int, rows []float32, g, strip int) {
	s := &w.shape
	from := w.strip(w.dy, s.K, s.OH, s.OW, g, strip, 0, winogradTile)
	gradientColumns(unsafe.Pointer(&rows[0]), 4*w.dyPitch, &from, s.OW, s.K)
	gradientRows(unsafe.Pointer(&to[0]), 4*place, 16*count, unsafe.Pointer(&rows[0]), 4*w.dyPitch, s.K/8, w.across)
}

// strip returns where the first n rows of a strip lie in x, whose images have channels planes of height rows in a group.
func (w *winogradParam) strip(x []float32, channels, height, width, g, strip, pad, n int) stripRows {
	image, top := strip/w.down, strip%w.down*winogradTile-pad
	x = x[(image*w.groups+g)*channels*height*width:]
	var from stripRows
	for i := range n {
		if h := top + i; h >= 0 && h < height {
			from.rows[i], from.steps[i] = unsafe.Pointer(&x[h*width]), 4*height*width
		} else {
			from.rows[i] = unsafe.Pointer(&w.zeros[0])
		}
	}
	return from
}

// filters makes the 3×3 gradients, Gᵀ(…)G, of the sums: for each output and channel.
func (w *winogradParam) filters(to, sums, taps, half []float32) {
	s := &w.shape
	for k := range s.K {
		filterTaps(taps, half, sums[k*s.C:], s.K*s.C, s.C)
		for c := range s.C {
			filter := to[(k*s.C+c)*9:][:9]
			for i := range filter {
				filter[i] = taps[i*s.C+c]
			}
		}
	}
}

// plainFilterTaps is filterTaps in plain Go, which needs no half: it makes the nine taps of n neighboring filters, n elements apart, of their sums, place elements apart.
func plainFilterTaps(taps, sums []float32, place, n int) {
	for c := range n {
		var half [3][winogradInput]float32
		for j := range winogradInput {
			var m [winogradInput]float32
			for i := range m {
				m[i] = sums[(i*winogradInput+j)*place+c]
			}
			for r, v := range filterTransform(m) {
				half[r][j] = v
			}
		}
		for r := range half {
			for t, v := range filterTransform(half[r]) {
				taps[(3*r+t)*n+c] = v
			}
		}
	}
}

// filterTransform is Gᵀ·m for one column, or row, of a tile.
func filterTransform(m [winogradInput]float32) [3]float32 {
	s, p := m[1]+m[2], m[3]+m[4]
	return [...]float32{m[0] - (2./3)*s + (1./6)*p, (math.Sqrt2/3)*(m[2]-m[1]) + (math.Sqrt2/6)*(m[3]-m[4]), (1./3)*(p-s) + m[5]}
}

// gradientTransform is A·v for one column, or row, of a tile of the gradient.
func gradientTransform(v [winogradTile]float32) [winogradInput]float32 {
	e, o := v[0]+.5*v[2], (math.Sqrt2/2)*(v[1]+.5*v[3])
	f, q := v[0]+2*v[2], math.Sqrt2*(v[1]+2*v[3])
	return [...]float32{v[0], e + o, e - o, f + q, f - q, v[3]}
}
