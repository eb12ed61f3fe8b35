package cpu

import (
	"unsafe"

	"steady/core/compute"
)

const (
	// matMulRows is how many rows of a product are made together, if there is then work enough for all threads: enough to
	// read the right factor from memory rarely, and few enough that they stay in the second cache themselves.
	matMulRows = 96
	// matMulDepth is how many products are added up at a time. That much of a strip of the right factor stays in the first
	// cache while all panels of the left one go by.
	matMulDepth = 256
)

// MatMul is described in package compute. The left factor is packed in panels of four rows for tiles, and the right one
// in strips of as many columns as tiles takes together, one after the other; a right factor that is the same for all
// images is packed when it was written.
func (b *Backend) MatMul(s compute.MatMulShape, y, a, c, bias compute.Buffer, act compute.Activation, accumulate bool) compute.Kernel {
	m := &matMul{
		s: s, y: data(y), a: data(a), b: data(c), bias: data(bias), act: act, add: accumulate,
		length: padToOddCacheLines(s.N + slack), strip: tileBlocks() * tileColumns(), height: matMulRows,
	}
	rows := s.M
	if m.joined() {
		rows *= b.images(y, s.Y.Image)
	}
	for m.height > 24 && (rows+m.height-1)/m.height < 2*b.Threads() {
		m.height /= 2
	}
	depth := min(s.K, matMulDepth)
	m.rows = allocate[uintptr](b, depth, tileOverrun)
	for q := range m.rows {
		m.rows[q] = uintptr(4 * q * m.strip)
	}
	m.left = m.height*depth + 4*tileOverrun
	m.right = (s.N+m.strip-1)/m.strip*m.strip*s.K + 3*m.strip + slack // transpose may write three rows more
	m.out = m.height * (m.strip + m.length)
	m.direct = !accumulate && s.Y.Image != 0 && s.N%tileColumns() == 0
	if s.Y.Image == 0 {
		p := &matMulSum{matMul: m, partial: allocate[float32](b, shards*s.Batch*s.M*s.N, 0)}
		b.reserve(m.left + m.right + m.out)
		total := &sumShards{partial: p.partial, size: s.Batch * s.M * s.N, dst: [2][]float32{m.y}}
		return kernel{p, total}
	}
	if s.B.Image != 0 {
		b.reserve(m.left + m.right + m.out)
		return kernel{matMulEach{m}}
	}
	fixed := &fixedFactor{matMul: m, buffer: c.(*buffer), packed: allocate[float32](b, s.Batch*m.right, 0)}
	b.reserve(m.left + m.out)
	return kernel{fixed, &matMulFixed{m, fixed}}
}

type matMul struct {
	s                compute.MatMulShape
	y, a, b, bias    []float32
	act              compute.Activation
	add              bool
	rows             []uintptr // offsets of the rows of a strip
	height           int       // rows that are made together
	strip            int       // columns of a strip of the packed right factor
	length           int       // elements from one row of the product to the next
	left, right, out int       // elements of scratch memory
	direct           bool      // rows are made where they belong
}

// joined reports whether the rows of the images' left factors follow each other, and those of their products: then they
// are one matrix, if there is one product for an image and its right factor is the same for all.
func (m *matMul) joined() bool {
	s := &m.s
	return s.B.Image == 0 && s.Batch == 1 && s.Y.Image != 0 && s.A.Image == s.M*s.A.Row && s.Y.Image == s.M*s.Y.Row
}

// fixedFactor keeps right factors that are the same for all images packed.
type fixedFactor struct {
	preparationPhase
	*matMul
	buffer  *buffer
	packed  []float32
	version int
}

func (f *fixedFactor) tasks(int) int {
	if f.version == f.buffer.version {
		return 0
	}
	return 1
}

func (f *fixedFactor) do(int, int, []float32) {
	for i := range f.s.Batch {
		f.packRight(f.packed[i*f.right:], i*f.s.B.Batch)
	}
	f.version = f.buffer.version
}

// packRight copies a right factor into strips.
func (m *matMul) packRight(to []float32, at int) {
	s := &m.s
	if s.B.Column == 1 {
		const together = 16 // rows, which are read on where the strip before ended
		for top := 0; top < s.K; top += together {
			for first := 0; first < s.N; first += m.strip {
				strip, n := to[first*s.K:], min(m.strip, s.N-first)
				for q := top; q < min(top+together, s.K); q++ {
					copy(strip[q*m.strip:], m.b[at+q*s.B.Row+first:][:n])
				}
			}
		}
		return
	}
	for first := 0; first < s.N; first += m.strip {
		n := min(m.strip, s.N-first)
		strip, from := to[first*s.K:], at+first*s.B.Column
		if s.B.Row == 1 && s.B.Column > 0 {
			transpose(strip, m.strip, m.b[from:], s.B.Column, n, s.K)
			continue
		}
		for q := range s.K {
			for j := range n {
				strip[q*m.strip+j] = m.b[from+q*s.B.Row+j*s.B.Column]
			}
		}
	}
}

// packLeft interleaves depth elements each of count rows of a left factor, four by four.
func (m *matMul) packLeft(to []float32, at, count, depth int) {
	s := &m.s
	for i := 0; i < count; i += 4 {
		panel, from := to[i*depth:], at+i*s.A.Row
		if s.A.Column == 1 && s.A.Row > 0 && i+4 <= count {
			transpose(panel, 4, m.a[from:], s.A.Row, 4, depth)
			continue
		}
		for r := range min(4, count-i) {
			from := from + r*s.A.Row
			for q := range depth {
				panel[4*q+r] = m.a[from]
				from += s.A.Column
			}
		}
	}
}

// products makes count rows of a product, from those of the left factor at a. It returns them and how many elements lie
// between them: they are at y, if tiles may write there, or in scratch memory.
func (m *matMul) products(a, y, count int, right, scratch []float32) (rows []float32, length int) {
	s := &m.s
	left, more, rows := scratch[:m.left], scratch[m.left:][:m.height*m.strip], scratch[m.left+m.height*m.strip:]
	length = m.length
	if m.direct && count%4 == 0 {
		rows, length = m.y[y:], s.Y.Row
	}
	for q := 0; q < s.K; q += matMulDepth {
		depth := min(matMulDepth, s.K-q)
		m.packLeft(left, a+q*s.A.Column, count, depth)
		for first := 0; first < s.N; first += m.strip {
			blocks := (min(m.strip, s.N-first) + tileColumns() - 1) / tileColumns()
			l, r, to := unsafe.Pointer(&left[0]), unsafe.Pointer(&right[first*s.K+q*m.strip]), unsafe.Pointer(&rows[first])
			if q == 0 {
				tiles(depth, l, panels(count), r, &m.rows[0], blocks, to, length)
			} else {
				sumTiles(depth, l, panels(count), r, &m.rows[0], blocks, to, length, more)
			}
		}
	}
	return rows, length
}

// matMulEach is a product, or several, for each image.
type matMulEach struct{ *matMul }

func (m matMulEach) tasks(images int) int { return images * m.s.Batch }
func (m matMulEach) step() int            { return 1 }

func (m matMulEach) do(_, task int, scratch []float32) {
	s := &m.s
	image, i := task/s.Batch, task%s.Batch
	right := scratch[m.left+m.out:][:m.right]
	m.packRight(right, image*s.B.Image+i*s.B.Batch)
	for first := 0; first < s.M; first += m.height {
		a, y := image*s.A.Image+i*s.A.Batch, image*s.Y.Image+i*s.Y.Batch
		m.part(a+first*s.A.Row, y+first*s.Y.Row, min(m.height, s.M-first), right, scratch)
	}
}

// part makes count rows of a product, from those of the left factor at a.
func (m *matMul) part(a, y, count int, right, scratch []float32) {
	s := &m.s
	rows, length := m.products(a, y, count, right, scratch)
	for r := range count {
		m.finish(m.y[y+r*s.Y.Row:][:s.N], rows[r*length:][:s.N])
	}
}

// matMulFixed is a product whose right factor is the same for all images.
type matMulFixed struct {
	*matMul
	factor *fixedFactor
}

// parts is the number of rows of a product, and of tasks for one.
func (m *matMulFixed) parts(images int) (products, rows, tasks int) {
	s := &m.s
	products, rows = images*s.Batch, s.M
	if m.joined() {
		products, rows = 1, images*s.M
	}
	return products, rows, (rows + m.height - 1) / m.height
}

func (m *matMulFixed) tasks(images int) int {
	products, _, tasks := m.parts(images)
	return products * tasks
}

// step: as many images as have a multiple of a task's rows.
func (m *matMulFixed) step() int {
	if products, _, _ := m.parts(2); products > 1 {
		return 1
	}
	return lcm(m.height, m.s.M) / m.s.M
}

func (m *matMulFixed) do(images, task int, scratch []float32) {
	s := &m.s
	_, rows, tasks := m.parts(images)
	product, first := task/tasks, task%tasks*m.height
	image, i := product/s.Batch, product%s.Batch
	a, y := image*s.A.Image+i*s.A.Batch, image*s.Y.Image+i*s.Y.Batch
	m.part(a+first*s.A.Row, y+first*s.Y.Row, min(m.height, rows-first), m.factor.packed[i*m.right:][:m.right], scratch)
}

// finish writes a row of the product.
func (m *matMul) finish(y, row []float32) {
	if m.bias != nil {
		addTo(row, m.bias)
	}
	if m.act != compute.NoActivation {
		affine(row, row, 1, 0, m.act)
	}
	switch {
	case m.add:
		addTo(y, row)
	case &y[0] != &row[0]:
		copy(y, row)
	}
}

// matMulSum is the sum of products over the images of a run.
type matMulSum struct {
	*matMul
	partial []float32 // a sum for each shard
}

func (m *matMulSum) tasks(int) int { return shards }

func (m *matMulSum) do(images, shard int, scratch []float32) {
	s := &m.s
	size := s.Batch * s.M * s.N
	partial := m.partial[shard*size:][:size]
	clear(partial)
	right := scratch[m.left+m.out:][:m.right]
	for image := images * shard / shards; image < images*(shard+1)/shards; image++ {
		for i := range s.Batch {
			m.packRight(right, image*s.B.Image+i*s.B.Batch)
			for first := 0; first < s.M; first += m.height {
				count := min(m.height, s.M-first)
				out, length := m.products(image*s.A.Image+i*s.A.Batch+first*s.A.Row, 0, count, right, scratch)
				for r := range count {
					addTo(partial[(i*s.M+first+r)*s.N:][:s.N], out[r*length:][:s.N])
				}
			}
		}
	}
}
