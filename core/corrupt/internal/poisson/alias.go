package poisson

// aliasTable draws from a distribution over the integers from first on, in constant time (Walker 1977, Vose 1991).
type aliasTable struct {
	first int
	slots []aliasSlot
}

// aliasSlot stands for itself with probability limit/2³², or else for another.
type aliasSlot struct {
	limit uint32
	other uint32
}

// draw takes 32 random bits: of their product with the number of slots the upper half is a slot, and the lower half a
// fraction.
func (t *aliasTable) draw(bits uint32) int {
	place := uint64(bits) * uint64(len(t.slots))
	i := uint32(place >> 32)
	slot := t.slots[i]
	// Without a branch, which no processor could foresee.
	below := uint32((int64(uint32(place)) - int64(slot.limit)) >> 63)
	return t.first + int(slot.other^(slot.other^i)&below)
}

// aliases makes the slots for probabilities whose mean is 1: the excess of the likely fills up the unlikely.
func aliases(p []float64) []aliasSlot {
	slots := make([]aliasSlot, len(p))
	var under, over []int
	for i, v := range p {
		slots[i] = aliasSlot{1<<32 - 1, uint32(i)}
		if v < 1 {
			under = append(under, i)
		} else {
			over = append(over, i)
		}
	}
	for len(under) > 0 && len(over) > 0 {
		u, o := under[len(under)-1], over[len(over)-1]
		under = under[:len(under)-1]
		slots[u] = aliasSlot{uint32(float64(p[u] * 0x1p32)), uint32(o)}
		p[o] -= 1 - p[u]
		if p[o] < 1 {
			over = over[:len(over)-1]
			under = append(under, o)
		}
	}
	return slots
}
