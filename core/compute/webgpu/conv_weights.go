package webgpu

import (
	"math"

	"steady/core/compute"
)

// weightColumns are those of a tile of conv_weights_tiled.wgsl.
const weightColumns = 64

// weightTiles returns the rows of such a tile that cost the least, and the tiles of a group.
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
		args: []arg{{name: "sums", buffer: dweight, role: writeOnly}, {name: "x", buffer: x}, {name: "dy", buffer: dy}},
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
			specs = append(specs, main, sumShards(size, shards, arg{name: "total", buffer: dweight, role: writeOnly}, sums))
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

// shardsOf returns into how many shards to split sums of so many terms where there are so many tiles of them: enough
// workgroups to keep a GPU busy, and enough terms to make a shard worth while.
func shardsOf(tiles, terms int) int {
	const workgroups, least = 256, 256
	return max(1, min(workgroups/tiles, terms/least))
}
