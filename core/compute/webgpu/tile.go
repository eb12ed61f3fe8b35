package webgpu

// fewRows is how many channels a group's output needs for tiles to be worth while.
const fewRows = 8

// direct reports whether each thread should compute sums by itself: a group's output has too few channels for tiles, and there
// are enough sums.
func (m *convMap) direct() bool { return m.rows < fewRows && (m.groups > 1 || m.width*m.height >= 64) }

// atOnce is how much of the depth is taken at a time.
func (m *convMap) atOnce() int {
	if m.direct() {
		return 1
	}
	return deep
}

// tile is the form of a workgroup of conv_tiled.wgsl: threads of 8 × 4 each.
type tile struct{ rows, pixels int }

// threads of a tile.
func (t tile) threads() int { return t.rows * t.pixels / 32 }

// deep is how much of the depth is in workgroup memory at a time.
const deep = 8

// consts of a tile, and whether its rows or its depth are neighbors in the weights.
func (t tile) consts(rowsFirst bool) []named {
	return []named{{"ROWS", t.rows}, {"PIXELS", t.pixels}, {"STEP", deep}, {"ROWS_FIRST", number(rowsFirst)}}
}

// tiles that there are.
var tiles = []tile{{64, 128}, {64, 64}, {32, 128}, {16, 256}, {16, 64}}

// tileFor chooses the tile of the least cost.
func (m *convMap) tileFor(images int) tile {
	best := tiles[0]
	for _, t := range tiles[1:] {
		if m.cost(t, images) < m.cost(best, images) {
			best = t
		}
	}
	return best
}

// cost is what tiles of a form take: their multiply-adds, what they fetch, and how much of a GPU is idle if they are few.
func (m *convMap) cost(t tile, images int) float64 {
	const busy = 128 // workgroups that keep a GPU busy
	idle := max(1, busy/float64(m.workgroups(t, images)*m.groups))
	return float64(m.arithmetic(t, images)) * t.work() * idle
}

// work is that of a multiply-add in a tile, its share in what is fetched included: less in a squarer one. A fetch, with
// finding its place and checking it, is 6 instructions of a multiply-add's kind, as Mesa's compiler for AMD's GPUs has it.
func (t tile) work() float64 {
	const fetch = 6
	return 1 + fetch*float64(t.rows+t.pixels)/float64(t.rows*t.pixels)
}

// arithmetic is the number of multiply-adds that tiles of a form do, the empty parts included.
func (m *convMap) arithmetic(t tile, images int) int {
	return m.groups * m.workgroups(t, images) * t.rows * t.pixels * m.depth()
}

// mixes reports whether steps of the depth should mix taps: with so few channels steps of one tap would be mostly empty.
// That mixed steps cost half as much again is an estimate.
func (m *convMap) mixes() bool {
	taps := m.taps[0] * m.taps[1]
	return taps > 1 && 2*taps*up(m.channels, m.atOnce()) > 3*up(taps*m.channels, m.atOnce())
}

// depth is the number of terms of a sum, those included that steps leave empty.
func (m *convMap) depth() int {
	taps := m.taps[0] * m.taps[1]
	if m.mixes() {
		return up(taps*m.channels, m.atOnce())
	}
	return taps * up(m.channels, m.atOnce())
}

// up rounds n up to a multiple of step.
func up(n, step int) int { return (n + step - 1) / step * step }

func (m *convMap) workgroups(t tile, images int) int {
	return up(m.rows, t.rows) / t.rows * (up(images*m.width*m.height, t.pixels) / t.pixels)
}
