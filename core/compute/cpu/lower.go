package cpu

import (
	"slices"
	"unsafe"

	"steady/core/compute"
)

const (
	// slack is how far a tile may read or write beyond the last column it needs.
	slack = 32
	// tileOverrun is how far tile's pointers advance beyond the last weights and the last row offset; what they point to
	// must still belong to the same allocation.
	tileOverrun = 4
)

// lowering turns the images of one group of a convolution into rows of columns, one row for each (channel, tap), such
// that an output is the product of the weights with the rows.
//
// With stride 1 all taps of a channel are rows of ONE zero-padded plane, begun at different offsets: rows overlap and
// nothing is copied twice. Columns then follow the plane, so each image row ends in a few columns that belong to no
// output. The right padding of a row serves as the left padding of the next, and likewise between images.
//
// With other strides there is such a plane for each phase of the stride, rows and columns that are a stride apart, and a
// tap is a row of that of its phase. Where columns are packed anyway (fused.go), each row is gathered by itself instead,
// and columns are dense.
type lowering struct {
	shape    compute.ConvShape // of one group: C and K are the group's
	gathered bool
	phases   [][2]int // offsets of the rows and the columns of each phase that taps are of; none with stride 1
	pitch    int      // columns from one output row to the next
	plane    int      // columns from one image to the next
	chunk    int      // images lowered together
	lead     int      // zeros before the first image of a plane
	length   int      // elements of a channel's plane, or of a gathered row
	direct   bool     // the rows are those of the image itself: nothing is copied
	rows     []uintptr
}

// newLowering lowers as many images together as make about the given number of columns, enough to amortize and few
// enough for the second cache, but at most maxChunk.
func (b *Backend) newLowering(s compute.ConvShape, columns, maxChunk int) *lowering {
	l := &lowering{shape: s}
	strided := s.Stride != [2]int{1, 1}
	l.gathered = strided && packs
	reach := 0
	switch {
	case l.gathered:
		l.pitch, l.plane = s.OW, s.OH*s.OW
	case strided:
		height, width := (s.OH-1)*s.Stride[0]+(s.R-1)*s.Dilation[0]+1, (s.OW-1)*s.Stride[1]+(s.S-1)*s.Dilation[1]+1
		l.pitch = (width + s.Stride[1] - 1) / s.Stride[1]
		l.plane = (height + s.Stride[0] - 1) / s.Stride[0] * l.pitch
	default:
		l.pitch = max(s.W+max(s.Pads[1], s.Pads[3]), s.OW)
		l.plane = max(s.H+max(s.Pads[0], s.Pads[2]), s.OH) * l.pitch
		l.lead = s.Pads[0]*l.pitch + s.Pads[1]
		reach = (s.R-1)*s.Dilation[0]*l.pitch + (s.S-1)*s.Dilation[1]
	}
	l.chunk = powerOfTwo(min(max(columns/l.plane, 1), max(maxChunk, 1)))
	l.length = padToOddCacheLines(l.chunk*l.plane + l.lead + reach + slack)
	if area := s.H * s.W; l.chunk == 1 && reach == 0 && !strided && l.plane == area && area > 1 {
		l.direct, l.length = true, area
	}
	l.rows = make([]uintptr, 0, s.C*s.R*s.S+tileOverrun)
	b.Count(float64(unsafe.Sizeof(l.rows[0])) * float64(cap(l.rows))) // there are no more than weights
	for c := 0; c < s.C; c++ {
		for r := 0; r < s.R; r++ {
			for t := 0; t < s.S; t++ {
				h, w := r*s.Dilation[0], t*s.Dilation[1]
				at := c*l.length + h*l.pitch + w
				switch {
				case l.gathered:
					at = len(l.rows) * l.length
				case strided:
					at = (l.phase(h%s.Stride[0], w%s.Stride[1])*s.C+c)*l.length + h/s.Stride[0]*l.pitch + w/s.Stride[1]
				}
				l.rows = append(l.rows, uintptr(4*at))
			}
		}
	}
	return l
}

// phase returns the number of a phase, which is a new one if no tap before was of it.
func (l *lowering) phase(row, column int) int {
	p := [2]int{row, column}
	i := slices.Index(l.phases, p)
	if i < 0 {
		i = len(l.phases)
		l.phases = append(l.phases, p)
	}
	return i
}

// planes is the number of rows that copy fills.
func (l *lowering) planes() int {
	if l.gathered {
		return len(l.rows)
	}
	return l.shape.C * max(len(l.phases), 1)
}

// padToOddCacheLines rounds up to an odd number of 64-byte lines, so that rows do not all fall into the same cache sets.
func padToOddCacheLines(n int) int { return (n+15)/16*16 | 16 }

// size is the number of elements that run fills.
func (l *lowering) size() int {
	if l.direct {
		return 0
	}
	return l.planes() * l.length
}

// columns is the number of columns that images images take, without what follows the last output.
func (l *lowering) columns(images int) int {
	return (images-1)*l.plane + (l.shape.OH-1)*l.pitch + l.shape.OW
}

// run lowers images images into dst and returns the rows: x begins at the group's first channel of the first one,
// imageSize elements apart.
func (l *lowering) run(dst, x []float32, images, imageSize int) []float32 {
	if l.direct {
		return x
	}
	l.copy(dst, x, images, imageSize)
	return dst
}

func (l *lowering) copy(dst, x []float32, images, imageSize int) {
	if l.gathered {
		l.gather(dst, x, images, imageSize)
		return
	}
	if len(l.phases) > 0 {
		l.divide(dst, x, images, imageSize)
		return
	}
	s := l.shape
	area := s.H * s.W
	if l.plane == 1 { // a linear layer: rows are features, columns are images
		for c := 0; c < s.C; c++ {
			row := dst[c*l.length:][:l.length]
			for n := 0; n < images; n++ {
				row[n] = x[n*imageSize+c]
			}
			clear(row[images:])
		}
		return
	}
	for c := 0; c < s.C; c++ {
		row := dst[c*l.length:][:l.length]
		if l.pitch == s.W && l.plane == area {
			for n := 0; n < images; n++ {
				copy(row[n*area:], x[n*imageSize+c*area:][:area])
			}
			clear(row[images*area:])
			continue
		}
		clear(row)
		for n := 0; n < images; n++ {
			everyNthOfRows(row[l.lead+n*l.plane:], l.pitch, x[n*imageSize+c*area:][:area], s.W, 1, s.W, s.H)
		}
	}
}

// divide fills the planes of the phases.
func (l *lowering) divide(dst, x []float32, images, imageSize int) {
	s := &l.shape
	for i, phase := range l.phases {
		top, left := phase[0]-s.Pads[0], phase[1]-s.Pads[1]
		from, to := inside(l.pitch, s.Stride[1], left, s.W)
		first, after := inside(l.plane/l.pitch, s.Stride[0], top, s.H)
		for c := 0; c < s.C; c++ {
			row := dst[(i*s.C+c)*l.length:][:l.length]
			clear(row)
			if from >= to || first >= after {
				continue
			}
			for n := 0; n < images; n++ {
				plane := x[n*imageSize+c*s.H*s.W:][:s.H*s.W]
				everyNthOfRows(row[n*l.plane+first*l.pitch+from:], l.pitch,
					plane[(first*s.Stride[0]+top)*s.W+from*s.Stride[1]+left:], s.Stride[0]*s.W, s.Stride[1], to-from, after-first)
			}
		}
	}
}

// gather fills one dense row for each (channel, tap).
func (l *lowering) gather(dst, x []float32, images, imageSize int) {
	s := l.shape
	q := 0
	for c := 0; c < s.C; c++ {
		for r := 0; r < s.R; r++ {
			for t := 0; t < s.S; t++ {
				row := dst[q*l.length:][:l.length]
				q++
				top, left := r*s.Dilation[0]-s.Pads[0], t*s.Dilation[1]-s.Pads[1]
				from, to := inside(s.OW, s.Stride[1], left, s.W)
				if from == 0 && to == s.OW && top >= 0 && (s.OH-1)*s.Stride[0]+top < s.H {
					clear(row[images*l.plane:])
				} else {
					clear(row)
				}
				for n := 0; n < images; n++ {
					plane := x[n*imageSize+c*s.H*s.W:][:s.H*s.W]
					for oh := 0; oh < s.OH; oh++ {
						h := oh*s.Stride[0] + top
						if h < 0 || h >= s.H {
							continue
						}
						if out, in := row[n*l.plane+oh*l.pitch:][:s.OW], plane[h*s.W:][:s.W]; from < to {
							everyNth(out[from:to], in[from*s.Stride[1]+left:], s.Stride[1])
						}
					}
				}
			}
		}
	}
}

// scatter is the transpose of gather: it adds rows back onto the image they were taken from.
func (l *lowering) scatter(dx, rows []float32, length, images, imageSize int) {
	s := l.shape
	q := 0
	for c := 0; c < s.C; c++ {
		for r := 0; r < s.R; r++ {
			for t := 0; t < s.S; t++ {
				row := rows[q*length:][:length]
				q++
				top, left := r*s.Dilation[0]-s.Pads[0], t*s.Dilation[1]-s.Pads[1]
				from, to := inside(s.OW, s.Stride[1], left, s.W)
				for n := 0; n < images; n++ {
					plane := dx[n*imageSize+c*s.H*s.W:][:s.H*s.W]
					for oh := 0; oh < s.OH; oh++ {
						h := oh*s.Stride[0] + top
						if h < 0 || h >= s.H {
							continue
						}
						in, out := row[n*s.OH*s.OW+oh*s.OW:][:s.OW], plane[h*s.W:][:s.W]
						for ow := from; ow < to; ow++ {
							out[ow*s.Stride[1]+left] += in[ow]
						}
					}
				}
			}
		}
	}
}

// inside returns the range of i in [0, n) for which i·stride+offset lies in [0, size).
func inside(n, stride, offset, size int) (from, to int) {
	if offset < 0 {
		from = (-offset + stride - 1) / stride
	}
	to = n
	if last := size - 1 - offset; last < 0 {
		to = 0
	} else {
		to = min(n, last/stride+1)
	}
	return min(from, to), to
}

// spread copies a dense K×OH×OW gradient onto the columns of the lowering, with zeros in those of no output.
func (l *lowering) spread(dst, dy []float32, length, images, imageSize int) {
	s := l.shape
	area := s.OH * s.OW
	for k := 0; k < s.K; k++ {
		row := dst[k*length:][:length]
		if l.plane == 1 {
			for n := 0; n < images; n++ {
				row[n] = dy[n*imageSize+k]
			}
			clear(row[images:])
			continue
		}
		clear(row)
		for n := 0; n < images; n++ {
			from, to := dy[n*imageSize+k*area:][:area], row[n*l.plane:]
			if l.pitch == s.OW {
				copy(to, from)
				continue
			}
			everyNthOfRows(to, l.pitch, from, s.OW, 1, s.OW, s.OH)
		}
	}
	clear(dst[s.K*length : panels(s.K)*4*length]) // rows that only fill up the last four
}

// panels is the number of groups of four rows.
func panels(rows int) int { return (rows + 3) / 4 }

const (
	// cachedElements is how many weights stay in the second cache while all columns go by.
	cachedElements = 1 << 15
	// cachedProducts is how many products stay in the caches until they are made outputs.
	cachedProducts = 1 << 14
)

// panelsTogether returns how many panels of k columns each stay in the second cache.
func panelsTogether(k int) int { return max(cachedElements/(4*k), 1) }

// multiply computes out[i][j] = Σ_q a[i][q]·rows[q][j] for the packed rows of a and the given columns;
// out has rows of length elements and room for a multiple of 4 rows and slack columns.
func multiply(out []float32, length int, packed []float32, rowCount int, b []float32, rows []uintptr, columns int) {
	k, nr := len(rows), tileColumns()
	group := panelsTogether(k)
	for p := 0; p < panels(rowCount); p += group {
		tiles(k, unsafe.Pointer(&packed[4*k*p]), min(group, panels(rowCount)-p), unsafe.Pointer(&b[0]), &rows[0],
			(columns+nr-1)/nr, unsafe.Pointer(&out[4*p*length]), length)
	}
}
