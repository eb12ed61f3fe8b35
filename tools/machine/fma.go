package machine

import "slices"

// fmaLoop is a loop of fused multiply-adds that do not wait for each other, and nothing else.
type fmaLoop struct {
	bits int // width of its vectors
	adds int // vectors added to in one round
	run  func(rounds int)
}

// FMA runs rounds of a loop of independent fused multiply-adds of float32 on vectors of so many bits, which takes the
// processor's least time for them, and returns the number of floating-point operations, two for each multiply-add. It
// returns 0 if the processor has no such vectors, or there is no such loop for it.
func FMA(bits, rounds int) (flops float64) {
	i := slices.IndexFunc(fmaLoops, func(l fmaLoop) bool { return l.bits == bits })
	if i < 0 || !slices.Contains(VectorWidths(), bits) || !hasFMA() {
		return 0
	}
	l := fmaLoops[i]
	l.run(rounds)
	return 2 * float64(bits/32*l.adds) * float64(rounds)
}
