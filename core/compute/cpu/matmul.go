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
		length: oddLines(s.N + slack),
	}
	m.rows = make([]uintptr, s.K, s.K+tileOverrun)
	for q := range m.rows {
		m.rows[q] = uintptr(4 * q * m.length)
	}
	height := matMulRows
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
		return kernel{matMulEach{m}}
	}
	fixed := &fixedFactor{matMul: m, buffer: c.(*buffer), packed: make([]float32, s.Batch*m.right)}
	b.reserve(m.left + m.out)
	return kernel{fixed, &matMulFixed{m, fixed}}
}

type matMul struct {
	s                compute.MatMulShape
	y, a, b, bias    []float32
	act              compute.Activation
	add              bool
	rows             []uintptr // offsets of the packed right factor's rows
	length           int       // elements from one row of it, and of the product, to the next
	left, right, out int       // elements of scratch memory
}

// fixedFactor keeps right factors that are the same for all images packed.
type fixedFactor struct {
	once
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

// packLeft interleaves count rows of a left factor, four by four.
func (m *matMul) packLeft(to []float32, at, count int) {
	s := &m.s
	for i := range count {
		panel := to[i/4*4*s.K+i%4:]
		from := at + i*s.A.Row
		for q := range s.K {
			panel[4*q] = m.a[from]
			from += s.A.Column
		}
	}
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
	for first := 0; first < s.M; first += matMulRows {
		a, y := image*s.A.Image+i*s.A.Batch, image*s.Y.Image+i*s.Y.Batch
		m.part(a+first*s.A.Row, y+first*s.Y.Row, min(matMulRows, s.M-first), right, scratch)
	}
}

// part makes count rows of a product, from those of the left factor at a.
func (m *matMul) part(a, y, count int, right, scratch []float32) {
	s := &m.s
	left, out := scratch[:m.left], scratch[m.left:][:m.out]
	m.packLeft(left, a, count)
	multiply(out, m.length, left, count, right, m.rows, s.N)
	for r := range count {
		m.finish(m.y[y+r*s.Y.Row:][:s.N], out[r*m.length:][:s.N])
	}
}

// matMulFixed is a product whose right factor is the same for all images. The rows of the images' left factors follow
// each other where there is one product for an image; then they are one matrix.
type matMulFixed struct {
	*matMul
	factor *fixedFactor
}

// parts is the number of rows of a product, and of tasks for one.
func (m *matMulFixed) parts(images int) (products, rows, tasks int) {
	s := &m.s
	products, rows = images*s.Batch, s.M
	if s.Batch == 1 && s.A.Image == s.M*s.A.Row && s.Y.Image == s.M*s.Y.Row {
		products, rows = 1, images*s.M
	}
	return products, rows, (rows + matMulRows - 1) / matMulRows
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
	return common(matMulRows, m.s.M) / m.s.M
}

func (m *matMulFixed) do(images, task int, scratch []float32) {
	s := &m.s
	_, rows, tasks := m.parts(images)
	product, first := task/tasks, task%tasks*matMulRows
	image, i := product/s.Batch, product%s.Batch
	a, y := image*s.A.Image+i*s.A.Batch, image*s.Y.Image+i*s.Y.Batch
	m.part(a+first*s.A.Row, y+first*s.Y.Row, min(matMulRows, rows-first), m.factor.packed[i*m.right:][:m.right], scratch)
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
				m.packLeft(left, image*s.A.Image+i*s.A.Batch+first*s.A.Row, count)
				multiply(out, m.length, left, count, right, m.rows, s.N)
				for r := range count {
					addTo(partial[(i*s.M+first+r)*s.N:][:s.N], out[r*m.length:][:s.N])
				}
			}
		}
	}
}
