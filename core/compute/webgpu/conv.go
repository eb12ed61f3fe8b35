package webgpu

import (
	"math"

	"steady/core/compute"
)

// convMap says what a convolution reads and writes for each of its output's pixels (i, j), in each group:
//
//	y[image][g·rows + row][first + stride·(i, j)] = Σ_c Σ_tap weight(g, row, c, tap) · x[image][g][c][origin + stride·(i, j) + step·tap]
//
// The input gradient is of the same form: dx at the pixels of one remainder by the stride (a phase) takes dy through
// those taps that hit them, and neighbours take neighbours. So nothing is multiplied by the zeros between.
type convMap struct {
	groups, rows    int // rows are the channels of y in a group
	width, height   int // pixels of an image of this phase
	taps            [2]int
	channels        int // of x in a group
	xH, xW          int
	stride          [2]int // in x, of a step of i or j
	origin, step    [2]int
	yH, yW          int
	yFirst, yStride [2]int
	weightRow       int // elements from one row of the weights to the next, and so on
	weightChannel   int
	weightGroup     int
	weightFirst     int
	weightTap       [2]int
}

// forward is the map of a convolution.
func forward(s compute.ConvShape) convMap {
	c := s.C / s.Groups
	return convMap{
		groups: s.Groups, rows: s.K / s.Groups, width: s.OW, height: s.OH, taps: [2]int{s.R, s.S}, channels: c,
		xH: s.H, xW: s.W, stride: s.Stride, origin: [2]int{-s.Pads[0], -s.Pads[1]}, step: s.Dilation,
		yH: s.OH, yW: s.OW, yStride: [2]int{1, 1},
		weightRow: c * s.R * s.S, weightChannel: s.R * s.S, weightGroup: s.K / s.Groups * c * s.R * s.S,
		weightTap: [2]int{s.S, 1},
	}
}

// backward are the maps of the input gradient, one for each phase that has pixels.
func backward(s compute.ConvShape) []convMap {
	var maps []convMap
	rows, columns := phases(s.H, s.R, s.Stride[0], s.Dilation[0], s.Pads[0]), phases(s.W, s.S, s.Stride[1], s.Dilation[1], s.Pads[1])
	c := s.C / s.Groups
	for i, r := range rows {
		for j, q := range columns {
			maps = append(maps, convMap{
				groups: s.Groups, rows: c, width: q.size, height: r.size, taps: [2]int{r.taps, q.taps},
				channels: s.K / s.Groups, xH: s.OH, xW: s.OW, stride: [2]int{1, 1},
				origin: [2]int{r.origin, q.origin}, step: [2]int{r.step, q.step},
				yH: s.H, yW: s.W, yFirst: [2]int{i, j}, yStride: s.Stride,
				weightRow: s.R * s.S, weightChannel: c * s.R * s.S, weightGroup: s.K / s.Groups * c * s.R * s.S,
				weightFirst: r.first*s.S + q.first, weightTap: [2]int{r.every * s.S, q.every},
			})
		}
	}
	return maps
}

// phase is one remainder of the input's pixels by the stride, in one direction: size of them, and the taps first,
// first+every, ... of the window that read them; tap number t of these in output origin+step·t, for the first pixel.
type phase struct{ size, first, every, taps, origin, step int }

// phases cut n pixels. Tap r reads pixel h where h + pad = stride·o + dilation·r.
func phases(n, window, stride, dilation, pad int) []phase {
	var list []phase
	common := gcd(stride, dilation)
	for remainder := range min(stride, n) {
		p := phase{size: (n - remainder + stride - 1) / stride, every: stride / common, step: -dilation / common}
		for p.first < min(p.every, window) && (remainder+pad-p.first*dilation)%stride != 0 {
			p.first++
		}
		if p.first < min(p.every, window) {
			p.taps = (window - p.first + p.every - 1) / p.every
			p.origin = (remainder + pad - p.first*dilation) / stride
		}
		list = append(list, p)
	}
	return list
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// fewRows is how many channels a group's output needs for tiles to be worth while.
const fewRows = 8

// direct tells whether threads better make sums by themselves, of which there are to be enough.
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

// consts of a tile, and whether its rows or its depth are neighbours in the weights.
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

// cost is what tiles of a form take: their multiply-adds, what they fetch, and how much of a card is idle if they are few.
func (m *convMap) cost(t tile, images int) float64 {
	const busy = 128 // workgroups that keep a card busy
	idle := max(1, busy/float64(m.workgroups(t, images)*m.groups))
	return float64(m.arithmetic(t, images)) * t.work() * idle
}

// work is that of a multiply-add in a tile, its share in what is fetched included: less in a squarer one. A fetch, with
// finding its place and checking it, is 6 instructions of a multiply-add's kind, as Mesa's compiler for AMD's cards has it.
func (t tile) work() float64 {
	const fetch = 6
	return 1 + fetch*float64(t.rows+t.pixels)/float64(t.rows*t.pixels)
}

// arithmetic is the number of multiply-adds that tiles of a form do, the empty parts included.
func (m *convMap) arithmetic(t tile, images int) int {
	return m.groups * m.workgroups(t, images) * t.rows * t.pixels * m.depth()
}

// mixes tells whether steps of the depth are better not of one tap each: of so few channels these would be mostly
// empty. That mixed ones cost half as much again is an estimate.
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

// up is the multiple of step that n fits into.
func up(n, step int) int { return (n + step - 1) / step * step }

func (m *convMap) workgroups(t tile, images int) int {
	return up(m.rows, t.rows) / t.rows * (up(images*m.width*m.height, t.pixels) / t.pixels)
}

// pointwise tells whether pixels are made of the same pixels, four of which are a vector, whichever the channel.
func (m *convMap) pointwise() bool {
	same := [2]int{1, 1}
	return m.taps == same && m.stride == same && m.yStride == same && m.origin == [2]int{} && m.height == m.xH && m.width == m.xW &&
		m.width*m.height%4 == 0
}

// specs are the dispatches of a map.
func (m *convMap) specs(b *Backend, y arg, x, weight, bias, residual compute.Buffer, act compute.Activation) []spec {
	plane := m.width * m.height
	xPlane, yPlane := m.xH*m.xW, m.yH*m.yW
	arranged, specs := m.arrange(b, weight)
	s := spec{
		width: 4, act: act,
		// A phase without taps writes zeros: a depth of 0, and any number of taps to divide by.
		consts: []named{{"TAPS", max(m.taps[0]*m.taps[1], 1)}, {"COLUMNS", max(m.taps[1], 1)}},
		params: append(m.depthParams(),
			named{"plane", plane}, named{"width", m.width}, named{"groups", m.groups},
			named{"x_image", m.groups * m.channels * xPlane}, named{"x_group", m.channels * xPlane}, named{"x_plane", xPlane},
			named{"x_h", int32(m.xH)}, named{"x_w", int32(m.xW)},
			named{"stride_h", int32(m.stride[0])}, named{"stride_w", int32(m.stride[1])},
			named{"origin_h", int32(m.origin[0])}, named{"origin_w", int32(m.origin[1])},
			named{"step_h", int32(m.step[0])}, named{"step_w", int32(m.step[1])},
			named{"y_image", m.groups * m.rows * yPlane}, named{"y_plane", yPlane}, named{"y_width", m.yW},
			named{"y_first_h", m.yFirst[0]}, named{"y_first_w", m.yFirst[1]},
			named{"y_stride_h", m.yStride[0]}, named{"y_stride_w", m.yStride[1]},
		),
		args: []arg{
			y, {name: "x", buffer: x}, {name: "weight", buffer: arranged, width: 4}, {name: "bias", buffer: bias, absent: "0"},
			{name: "residual", buffer: residual, absent: "0"},
		},
	}
	form := "conv_map conv_weights_arranged conv_read_window conv_write_any "
	switch {
	case m.pointwise():
		form = "conv_map conv_weights_arranged conv_read_point conv_write_vector "
		s.args[0].width, s.args[1].width, s.args[4].width = 4, 4, 4
	case m.mixes():
		form = "conv_map conv_weights_arranged conv_read_mixed conv_write_any "
	}
	if m.direct() {
		s.source = form + "conv_direct"
		s.consts = append(s.consts, named{"STEP", m.atOnce()}, named{"ROWS", min(m.rows, 4)})
		s.groups = func(images int) int {
			return up(m.groups*up(m.rows, 4)/4*((images*plane+3)/4), defaultThreads) / defaultThreads
		}
		return append(specs, s)
	}
	t := m.tileFor(b.imagesOf(x, m.groups*m.channels*xPlane))
	s.source = form + "conv_tiled"
	s.threads = t.threads()
	s.consts = append(s.consts, t.consts(true)...)
	s.groups = func(images int) int { return m.workgroups(t, images) }
	s.layers = fixed(m.groups)
	return append(specs, s)
}

// arrange copies the weights into the order in which they are read, each time that they have been written: so neighbouring
// threads read neighbouring vectors, whatever the window is.
func (m *convMap) arrange(b *Backend, weight compute.Buffer) (arranged compute.Buffer, specs []spec) {
	vectors := m.groups * m.depth() * up(m.rows, 4) / 4
	if vectors == 0 { // a phase without taps; something is to be bound
		return b.NewBuffer(4), nil
	}
	arranged = b.NewBuffer(4 * vectors)
	return arranged, []spec{{
		source: "conv_arrange", groups: fixed(up(vectors, defaultThreads) / defaultThreads), of: weight,
		params: append(m.depthParams(),
			named{"size", vectors}, named{"taps", m.taps[0] * m.taps[1]}, named{"columns", m.taps[1]},
			named{"mixed", number(m.mixes())}, named{"depth_of_tap", up(m.channels, m.atOnce())},
			named{"w_row", m.weightRow}, named{"w_channel", m.weightChannel}, named{"w_group", m.weightGroup},
			named{"w_first", m.weightFirst}, named{"w_tap_row", m.weightTap[0]}, named{"w_tap_column", m.weightTap[1]}),
		args: []arg{{name: "arranged", buffer: arranged, width: 4, role: writes}, {name: "weight", buffer: weight}},
	}}
}

// depthParams say what is summed, as the weights are arranged for it.
func (m *convMap) depthParams() []named {
	return []named{
		{"rows", m.rows}, {"row_vectors", up(m.rows, 4) / 4}, {"depth", m.depth()}, {"depth_channels", m.channels},
	}
}

// Conv is described in package compute.
func (b *Backend) Conv(s compute.ConvShape, y, x, weight, bias, residual compute.Buffer, act compute.Activation) compute.Kernel {
	m := forward(s)
	return b.kernel(m.specs(b, arg{name: "y", buffer: y, role: writes}, x, weight, bias, residual, act)...)
}

// ConvInputGradient is described in package compute.
func (b *Backend) ConvInputGradient(s compute.ConvShape, dx, dy, weight compute.Buffer, accumulate bool) compute.Kernel {
	var specs []spec
	for _, m := range backward(s) {
		y := arg{name: "y", buffer: dx, role: into(accumulate)}
		specs = append(specs, m.specs(b, y, dy, weight, nil, nil, compute.NoActivation)...)
	}
	return b.kernel(specs...)
}

// shardsOf is into how many shards sums of so many terms are cut where there are so many tiles of them: enough workgroups
// to keep a card busy, and terms to make a shard worth while.
func shardsOf(tiles, terms int) int {
	const workgroups, least = 256, 256
	return max(1, min(workgroups/tiles, terms/least))
}

// weightColumns are those of a tile of conv_weights_tiled.wgsl.
const weightColumns = 64

// weightTiles gives the rows of such a tile that cost the least, and the tiles of a group.
func weightTiles(rows, depth int) (high, tiles int) {
	least := math.Inf(1)
	for h := 64; h >= 16; h /= 2 {
		if cost := float64(up(rows, h)) * (tile{h, weightColumns}).work(); cost < least {
			least, high = cost, h
		}
	}
	return high, up(rows, high) / high * (up(depth, weightColumns) / weightColumns)
}

// ConvParamGradient is described in package compute.
func (b *Backend) ConvParamGradient(s compute.ConvShape, dweight, dbias, x, dy compute.Buffer) compute.Kernel {
	const step = 16 // pixels in workgroup memory at a time
	rows, depth, plane := s.K/s.Groups, s.C/s.Groups*s.R*s.S, s.OH*s.OW
	images := b.imagesOf(x, s.C*s.H*s.W)
	size := s.K * depth
	direct := rows < fewRows && s.Groups > 1
	ahead := step
	if direct {
		ahead = defaultThreads
	}
	main := spec{
		consts: []named{{"TAPS", s.R * s.S}, {"COLUMNS", s.S}},
		params: []named{
			{"rows", rows}, {"depth", depth}, {"plane", plane}, {"width", s.OW}, {"height", s.OH}, {"y_image", s.K * plane},
			{"x_image", s.C * s.H * s.W}, {"x_group", s.C / s.Groups * s.H * s.W}, {"x_plane", s.H * s.W},
			{"x_h", s.H}, {"x_w", s.W}, {"stride_h", s.Stride[0]}, {"stride_w", s.Stride[1]},
			{"dilation_h", s.Dilation[0]}, {"dilation_w", s.Dilation[1]},
			{"pad_top", int32(s.Pads[0])}, {"pad_left", int32(s.Pads[1])},
			{"ahead", ahead}, {"ahead_image", ahead / plane}, {"ahead_i", ahead % plane / s.OW}, {"ahead_j", ahead % s.OW},
		},
		args: []arg{{name: "sums", buffer: dweight, role: writes}, {name: "x", buffer: x}, {name: "dy", buffer: dy}},
	}
	var specs []spec
	if direct {
		main.source = "reduce conv_weights_map conv_weights_direct"
		main.params = append(main.params, named{"size", size})
		main.groups = fixed(size)
		specs = append(specs, main)
	} else {
		high, tiles := weightTiles(rows, depth)
		shards := shardsOf(tiles*s.Groups, images*plane)
		main.source = "conv_weights_map conv_weights_tiled"
		main.threads = high * weightColumns / 16
		main.groups = fixed(tiles * shards)
		main.layers = fixed(s.Groups)
		main.consts = append(main.consts, named{"ROWS", high}, named{"STEP", step})
		main.params = append(main.params, named{"groups", s.Groups}, named{"shards", shards})
		if shards == 1 {
			specs = append(specs, main)
		} else {
			sums := b.NewBuffer(shards * size)
			main.args[0].buffer = sums
			specs = append(specs, main, sumShards(size, shards, arg{name: "total", buffer: dweight, role: writes}, sums))
		}
	}
	if dbias != nil {
		specs = append(specs, repeatSum(s.K*plane, compute.Repeat{Count: s.K, Inner: plane}, dbias, nil, dy))
	}
	return b.kernel(specs...)
}

// sumShards adds what shards have summed, in order.
func sumShards(size, shards int, total arg, sums compute.Buffer) spec {
	return spec{
		source: "sum_shards", groups: fixed(up(size, defaultThreads) / defaultThreads), params: []named{{"size", size}, {"shards", shards}},
		args: []arg{total, {name: "sums", buffer: sums}},
	}
}
