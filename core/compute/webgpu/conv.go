package webgpu

import "steady/core/compute"

// convMap is what a convolution reads and writes for each of its output's pixels (i, j), in each group:
//
//	y[image][g·rows + row][first + stride·(i, j)] = Σ_c Σ_tap weight(g, row, c, tap) · x[image][g][c][origin + stride·(i, j) + step·tap]
//
// The input gradient is of the same form: dx at the pixels of one remainder by the stride (a phase) takes dy through
// those taps that hit them, and neighbors take neighbors. So nothing is multiplied by the zeros between.
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

// forward returns the map of a convolution.
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

// backward returns the maps of the input gradient, one for each phase that has pixels.
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

// pointwise reports whether pixels are made of the same pixels, four of which are a vector, whichever the channel.
func (m *convMap) pointwise() bool {
	same := [2]int{1, 1}
	return m.taps == same && m.stride == same && m.yStride == same && m.origin == [2]int{} && m.height == m.xH && m.width == m.xW &&
		m.width*m.height%4 == 0
}

// specs returns the dispatches of a map.
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
	form := "conv_map conv_arranged conv_read_window conv_write_any "
	switch {
	case m.pointwise():
		form = "conv_map conv_arranged conv_read_point conv_write_vector "
		s.args[0].width, s.args[1].width, s.args[4].width = 4, 4, 4
	case m.mixes():
		form = "conv_map conv_arranged conv_read_mixed conv_write_any "
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

// arrange copies the weights into the order in which they are read, each time that they have been written: so neighboring
// threads read neighboring vectors, whatever the window is.
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
		args: []arg{{name: "arranged", buffer: arranged, width: 4, role: writeOnly}, {name: "weight", buffer: weight}},
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
	return b.kernel(m.specs(b, arg{name: "y", buffer: y, role: writeOnly}, x, weight, bias, residual, act)...)
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
