package jpegsim

// strip holds the blocks of eight rows of a plane side by side: value x, y of block b is at (8·x+y)·stride + b. So what
// is done to one block is done to all of them, a vector at a time.
type strip struct {
	values []int32
	stride int
}

// stripStride returns a strip's stride for a number of blocks: whole vectors.
func stripStride(blocks int) int { return (blocks + 15) &^ 15 }

// row returns the values of row y of every block: first those of column 0, and so on.
func (s strip) row(y, blocks int) (columns [8][]int32) {
	for x := range columns {
		columns[x] = s.values[(8*x+y)*s.stride:][:blocks]
	}
	return columns
}

// quantize transforms blocks, rounds their coefficients to whole steps, and transforms them back.
func (s strip) quantize(q *quantizer) {
	column := 8 * s.stride
	s.load()
	forward(s.values, column, column, rowBits)
	for x := range 8 {
		forward(s.values[x*column:], s.stride, s.stride, columnBits)
	}
	s.round(q)
	for x := range 8 {
		backward(s.values[x*column:], s.stride, s.stride, rowBits)
	}
	backward(s.values, column, column, columnBits+3)
	s.store()
}

// load moves bytes around zero, and store moves them back and cuts them to bytes.
func (s strip) load() { shift(s.values, -128, -128, 127) }

func (s strip) store() { shift(s.values, 128, 0, 255) }

// shift adds by to every value and clips the sums to [low,high].
func shift(x []int32, by, low, high int32) {
	for i := shiftVectors(x, by, low, high); i < len(x); i++ {
		x[i] = min(max(x[i]+by, low), high)
	}
}

// round makes the coefficients of all blocks whole multiples of their steps.
func (s strip) round(q *quantizer) {
	if roundVectors(s, q) {
		return
	}
	for i, step := range q.steps {
		roundTo(s.values[(i%8*8+i/8)*s.stride:][:s.stride], step)
	}
}

// roundTo makes coefficients, given 8 times, whole multiples of a step, halves away from zero.
func roundTo(x []int32, step int32) {
	divisor := 8 * step
	for i := range x {
		sign := x[i] >> 31
		steps := ((x[i] ^ sign) - sign + divisor/2) / divisor
		x[i] = ((steps ^ sign) - sign) * step
	}
}
