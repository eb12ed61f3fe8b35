package cpu

import "steady/core/compute"

// matMulRows is how many rows of a product are made together: enough to read the right factor from the second cache
// rarely, and few enough that they stay there themselves.
const matMulRows = 48

// MatMul is described in package compute. The left factor is packed in panels of four rows and the right one in dense
// rows for tile; a right factor that is the same for all images is packed when it was written.
func (b *Backend) MatMul(s compute.MatMulShape, y, a, c, bias compute.Buffer, act compute.Activation, accumulate bool) compute.Kernel {
	m := &matMul{
		s: s, y: data(y), a: data(a), b: data(c), bias: data(bias), act: act, add: accumulate,
		length: oddLines(s.N + slack), parts: 1,
	}
	m.rows = make([]uintptr, s.K, s.K+tileOverrun)
	for q := range m.rows {
		m.rows[q] = uintptr(4 * q * m.length)
	}
	height := min(s.M, matMulRows)
	m.left = panels(height)*4*s.K + 4*tileOverrun
	m.right = s.K*m.length + slack
	m.out = panels(height) * 4 * m.length
	if s.Y.Image == 0 {
		p := &matMulSum{matMul: m, partial: make([]float32, shards*s.Batch*s.M*s.N)}
		b.reserve(m.left + m.right + m.out)
		total := &sumShards{partial: p.partial, size: s.Batch * s.M * s.N, dst: [2][]float32{m.y}}
		return kernel{p, total}
	}
	if s.B.Image != 0 {
		b.reserve(m.left + m.right + m.out)
		return kernel{m}
	}
	m.parts = (s.M + matMulRows - 1) / matMulRows
	fixed := &fixedFactor{matMul: m, buffer: c.(*buffer), packed: make([]float32, s.Batch*m.right)}
	m.fixed = fixed
	b.reserve(m.left + m.out)
	return kernel{fixed, m}
}

type matMul struct {
	s                compute.MatMulShape
	y, a, b, bias    []float32
	act              compute.Activation
	add              bool
	rows             []uintptr // offsets of the packed right factor's rows
	length           int       // elements from one row of it, and of the product, to the next
	left, right, out int       // elements of scratch memory
	parts            int       // tasks for a product
	fixed            *fixedFactor
}

// fixedFactor keeps right factors that are the same for all images packed.
type fixedFactor struct {
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

// packRight copies a right factor into dense rows.
func (m *matMul) packRight(to []float32, at int) {
	s := &m.s
	for q := range s.K {
		row := to[q*m.length:][:s.N]
		from := at + q*s.B.Row
		if s.B.Column == 1 {
			copy(row, m.b[from:])
			continue
		}
		for j := range row {
			row[j] = m.b[from]
			from += s.B.Column
		}
	}
}

// packLeft interleaves the given rows of a left factor, four by four.
func (m *matMul) packLeft(to []float32, at, first, count int) {
	s := &m.s
	for i := range count {
		panel := to[i/4*4*s.K+i%4:]
		from := at + (first+i)*s.A.Row
		for q := range s.K {
			panel[4*q] = m.a[from]
			from += s.A.Column
		}
	}
}

func (m *matMul) tasks(images int) int { return images * m.s.Batch * m.parts }

func (m *matMul) do(_, task int, scratch []float32) {
	s := &m.s
	part, product := task%m.parts, task/m.parts
	image, i := product/s.Batch, product%s.Batch
	left, out := scratch[:m.left], scratch[m.left:][:m.out]
	var right []float32
	first, last := 0, s.M
	if m.fixed != nil {
		right = m.fixed.packed[i*m.right:][:m.right]
		first, last = part*matMulRows, min((part+1)*matMulRows, s.M)
	} else {
		right = scratch[m.left+m.out:][:m.right]
		m.packRight(right, image*s.B.Image+i*s.B.Batch)
	}
	for ; first < last; first += matMulRows {
		count := min(matMulRows, last-first)
		m.packLeft(left, image*s.A.Image+i*s.A.Batch, first, count)
		multiply(out, m.length, left, count, right, m.rows, s.N)
		for r := range count {
			m.finish(m.y[image*s.Y.Image+i*s.Y.Batch+(first+r)*s.Y.Row:][:s.N], out[r*m.length:][:s.N])
		}
	}
}

// finish writes a row of the product.
func (m *matMul) finish(y, row []float32) {
	if m.bias != nil {
		addTo(row, m.bias)
	}
	if m.act != compute.NoActivation {
		affine(row, row, 1, 0, m.act)
	}
	if m.add {
		addTo(y, row)
	} else {
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
	left, out, right := scratch[:m.left], scratch[m.left:][:m.out], scratch[m.left+m.out:][:m.right]
	for image := images * shard / shards; image < images*(shard+1)/shards; image++ {
		for i := range s.Batch {
			m.packRight(right, image*s.B.Image+i*s.B.Batch)
			for first := 0; first < s.M; first += matMulRows {
				count := min(matMulRows, s.M-first)
				m.packLeft(left, image*s.A.Image+i*s.A.Batch, first, count)
				multiply(out, m.length, left, count, right, m.rows, s.N)
				for r := range count {
					addTo(partial[(i*s.M+first+r)*s.N:][:s.N], out[r*m.length:][:s.N])
				}
			}
		}
	}
}
