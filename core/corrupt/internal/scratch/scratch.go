package scratch

// Buffers is working memory. The zero value is ready for use. What a method returns holds anything, and is the caller's
// until the same method is called again, for Floats and Ints with the same slot. The functions of other packages that
// take Buffers say which slots they use.
type Buffers struct {
	floats  [3][]float32
	ints    [4][]int32
	weights []float32
	offsets []int
	bits    []uint32

	Stack []int // for an algorithm that needs a stack of places; keep it here when it has grown
}

// Floats returns n values; slot, 0 to 2, distinguishes what is needed at the same time.
func (b *Buffers) Floats(slot, n int) []float32 { return grow(&b.floats[slot], n) }

// Ints returns n integers; slot is 0 to 3.
func (b *Buffers) Ints(slot, n int) []int32 { return grow(&b.ints[slot], n) }

// Weights returns n weights of a kernel.
func (b *Buffers) Weights(n int) []float32 { return grow(&b.weights, n) }

// Offsets returns n offsets into a plane, such as those of a kernel's values.
func (b *Buffers) Offsets(n int) []int { return grow(&b.offsets, n) }

// Bits returns n numbers of 32 bits.
func (b *Buffers) Bits(n int) []uint32 { return grow(&b.bits, n) }

func grow[T any](s *[]T, n int) []T {
	if cap(*s) < n {
		*s = make([]T, n)
	}
	*s = (*s)[:n]
	return *s
}
