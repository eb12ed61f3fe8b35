package webgpu

import (
	"fmt"

	"steady/core/compute"
)

// MatMul is described in package compute. It runs on the tiles of convolutions: columns are their pixels.
func (b *Backend) MatMul(s compute.MatMulShape, y, a, c, bias compute.Buffer, act compute.Activation, accumulate bool) compute.Kernel {
	summed := s.Y.Image == 0
	merged := !summed && s.B.Image == 0 && s.Batch == 1 && s.A.Image == s.M*s.A.Row && s.Y.Image == s.M*s.Y.Row
	images := a.Len() // that there is room for
	if s.A.Image > 0 {
		images = b.imagesOf(a, s.A.Image)
	}
	m := convMap{groups: s.Batch * images, rows: s.M, width: s.N, height: 1, taps: [2]int{1, 1}, channels: s.K}
	layers := func(images int) int { return s.Batch * images }
	rows := func(int) int { return s.M }
	shards := 1
	switch {
	case merged:
		m.groups, m.rows = 1, s.M*images
		layers, rows = nil, func(images int) int { return s.M * images }
	case summed:
		shards = shardsOf(m.workgroups(tile{64, 64}, 1)*s.Batch, s.K*images)
		m.groups, m.channels = s.Batch*shards, s.K*images/shards
		layers = func(int) int { return s.Batch * shards }
	case s.Batch*images > maxGroups:
		b.fail(&compute.UnsupportedError{Backend: b.Name(), Op: fmt.Sprintf("MatMul of %d products at a time", s.Batch*images)})
		return &kernel{}
	}
	t := m.tileFor(1)
	main := spec{
		source: "matmul_map conv_tiled", threads: t.threads(), width: 4, act: act, layers: layers,
		groups: func(images int) int {
			return (rows(images) + t.rows - 1) / t.rows * ((s.N + t.pixels - 1) / t.pixels)
		},
		consts: append(t.consts(s.A.Row < s.A.Column), named{"MERGED", number(merged)}, named{"SUMMED", number(summed)}),
		params: []named{
			{"m", s.M}, {"k", s.K}, {"n", s.N}, {"batch", s.Batch}, {"shards", shards},
			{"a_image", s.A.Image}, {"a_batch", s.A.Batch}, {"a_row", s.A.Row}, {"a_column", s.A.Column},
			{"b_image", s.B.Image}, {"b_batch", s.B.Batch}, {"b_row", s.B.Row}, {"b_column", s.B.Column},
		},
		args: []arg{
			{name: "y", buffer: y, role: into(accumulate)}, {name: "a", buffer: a}, {name: "b", buffer: c},
			{name: "bias", buffer: bias, absent: "0"},
		},
	}
	if shards == 1 {
		main.params = append(main.params, named{"y_image", s.Y.Image}, named{"y_batch", s.Y.Batch}, named{"y_row", s.Y.Row})
		return b.kernel(main)
	}
	size := s.Batch * s.M * s.N
	main.params = append(main.params, named{"y_image", size}, named{"y_batch", s.M * s.N}, named{"y_row", s.N})
	main.args[0] = arg{name: "y", buffer: b.NewBuffer(shards * size), role: writeOnly}
	return b.kernel(main, sumShards(size, shards, arg{name: "total", buffer: y, role: into(accumulate)}, main.args[0].buffer))
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
