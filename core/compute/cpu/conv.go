package cpu

import (
	"unsafe"

	"steady/core/compute"
)

// shards is the number of parts of a batch for gradients with respect to parameters: each part is summed on its own, and
// the sums are added in order. It is fixed so that they do not depend on the number of cores.
const shards = 4

// group is the convolution of one group.
func group(s compute.ConvShape) compute.ConvShape {
	s.C /= s.Groups
	s.K /= s.Groups
	s.Groups = 1
	return s
}

// packedWeights keeps weights in panels of four rows, interleaved for tile, and packs them again after they were written.
type packedWeights struct {
	preparationPhase
	weight  *buffer
	packed  []float32
	version int
	rows, k int // rows and columns of a group's matrix
	at      func(g, row, k int) int
	groups  int
}

func newPackedWeights(b *Backend, weight compute.Buffer, groups, rows, k int, at func(g, row, k int) int) *packedWeights {
	return &packedWeights{
		weight: weight.(*buffer), packed: allocate[float32](b, groups*panels(rows)*4*k+tileOverrun, 0),
		rows: rows, k: k, groups: groups, at: at,
	}
}

func (p *packedWeights) group(g int) []float32 {
	n := panels(p.rows) * 4 * p.k
	return p.packed[g*n : (g+1)*n]
}

func (p *packedWeights) tasks(int) int {
	if p.version == p.weight.version {
		return 0
	}
	return 1
}

func (p *packedWeights) do(int, int, []float32) {
	for g := 0; g < p.groups; g++ {
		packed := p.group(g)
		for row := 0; row < p.rows; row++ {
			to := packed[row/4*4*p.k+row%4:]
			for k := 0; k < p.k; k++ {
				to[4*k] = p.weight.data[p.at(g, row, k)]
			}
		}
	}
	p.version = p.weight.version
}

// conv is the forward convolution. With flipped weights it is also the input gradient of a stride-1 one.
type conv struct {
	*lowering
	weights    *packedWeights
	y, x, bias []float32
	base       []float32 // what is added to the outputs: nil, a residual, or y itself
	act        compute.Activation
	groups     int
	shares         // of the panels of weights, for a chunk of images
	together   int // panels that are multiplied together
	strip      int // and columns
	outLength  int // elements of a row of their products

	inPlace bool // outputs are made where they lie (tile.go)

	fused  bool      // the same from packed columns (fused.go)
	packed int       // columns that are packed together for that
	zeros  []float32 // for no bias
}

func (b *Backend) newConv(s compute.ConvShape, y, x, bias, base compute.Buffer, act compute.Activation, weights *packedWeights) *conv {
	g := group(s)
	// Chunks must leave enough tasks for the workers; a task's result does not depend on its chunk.
	images := b.images(x, s.C*s.H*s.W)
	c := &conv{
		lowering: b.newLowering(g, 1024, images/(2*b.Threads())), weights: weights,
		y: data(y), x: data(x), bias: data(bias), base: data(base), act: act, groups: s.Groups, shares: shares{panels(g.K), 1},
	}
	c.zeros = allocate[float32](b, g.K, 0)
	if c.fused = c.fusable(); c.fused {
		b.reserve(c.size() + c.prepareFused())
		return c
	}
	c.shares = b.shares((images+c.chunk-1)/c.chunk, panels(g.K))
	products := c.prepareProducts()
	if c.inPlace = c.fitsOutputs(); c.inPlace {
		products = 0
		b.rowsInPlace = max(b.rowsInPlace, c.size())
	}
	b.reserve(c.size() + products)
	return c
}

// prepareProducts chooses how many panels and columns are multiplied together, and returns how much scratch memory their
// products take.
func (c *conv) prepareProducts() int {
	c.together = min(panelsTogether(len(c.rows)), panels(c.shape.K))
	step := tileBlocks() * tileColumns()
	c.strip = min(max(cachedProducts/(4*c.together)/step, 1)*step, c.columns(c.chunk))
	c.outLength = padToOddCacheLines(c.strip + slack)
	return 4 * c.together * c.outLength
}

// Conv is described in package compute.
func (b *Backend) Conv(s compute.ConvShape, y, x, weight, bias, residual compute.Buffer, act compute.Activation) compute.Kernel {
	if isDepthwise(s) {
		return b.newDepthwise(s, y, x, weight, bias, residual, act)
	}
	g := group(s)
	if suitsWinograd(g) && act.Slope <= 1 { // its outputs are max(v, Slope·v), within the limits
		weights := newWinogradWeights(b, weight, g, s.Groups, false)
		return kernel{weights, transformDone{weights}, b.newWinograd(g, s.Groups, y, x, bias, residual, act, weights)}
	}
	taps := g.C * g.R * g.S
	weights := newPackedWeights(b, weight, s.Groups, g.K, taps, func(group, k, q int) int { return (group*g.K+k)*taps + q })
	if suitsLinear(s) {
		return kernel{weights, b.newLinear(s, y, x, bias, residual, act, weights)}
	}
	return kernel{weights, b.newConv(s, y, x, bias, residual, act, weights)}
}

func (c *conv) tasks(images int) int { return (images + c.chunk - 1) / c.chunk * c.parts }
func (c *conv) step() int            { return c.chunk }

func (c *conv) do(images, task int, scratch []float32) {
	s := c.shape
	chunk, panel, after := c.share(task)
	first := chunk * c.chunk
	n := min(c.chunk, images-first)
	inSize, outSize := c.groups*s.C*s.H*s.W, c.groups*s.K*s.OH*s.OW
	space, out := scratch[:c.size()], scratch[c.size():]
	columns := c.columns(n)
	for g := 0; g < c.groups; g++ {
		rows := c.run(space, c.x[first*inSize+g*s.C*s.H*s.W:], n, inSize)
		if c.fused {
			c.fuse(c.y[first*outSize+g*s.K*s.OH*s.OW:], rows, out, g, n)
			continue
		}
		weights := c.weights.group(g)
		for panel, left := panel, after-panel; left > 0; panel, left = panel+c.together, left-c.together {
			count := 4 * min(c.together, left)
			if !packs && c.inPlace {
				for i := range n {
					c.place(first+i, g, panel, count/4, rows[i*c.plane:])
				}
				continue
			}
			for from := 0; from < columns; from += c.strip {
				to := min(from+c.strip, columns)
				multiply(out, c.outLength, weights[4*len(c.rows)*panel:], count, rows[from:], c.rows, to-from)
				c.finish(out, g, 4*panel, min(count, s.K-4*panel), first, from, to)
			}
		}
	}
}

// fitsOutputs reports whether products become outputs where these lie: rows of outputs whose columns follow each other have so
// many that few are made twice, and none where something is added to them, which may be the outputs themselves.
func (c *conv) fitsOutputs() bool {
	const passed = 8 // products that cost as much as it does to take a column through scratch memory
	height, width := c.outputRows()
	block := tileColumns()
	switch {
	case width < block, height > 1 && width < 2*block, c.shape.K%4 != 0, c.act.Slope > 1:
		return false
	case c.base != nil:
		return tileAdds() && (width%block == 0 || c.takesLast(width, width/block))
	}
	products := len(c.rows)
	return height*columnBlocks(width)*products <= columnBlocks(c.columns(1))*(products+passed)
}

// columnBlocks is how many blocks some columns take.
func columnBlocks(columns int) int { return (columns + tileColumns() - 1) / tileColumns() }

// takesLast reports whether some blocks are made together with the one column that is left of some columns.
func (c *conv) takesLast(columns, blocks int) bool {
	return tileTakesLast() && columns == blocks*tileColumns()+1 && blocks%tileBlocks() == 0
}

// place makes the outputs of an image where they lie, for count panels of a group's weights from one on. The last block of a
// row of columns ends with them, and makes some once more.
func (c *conv) place(image, g, panel, count int, columns []float32) {
	s, k, block := c.shape, len(c.rows), tileColumns()
	area := s.OH * s.OW
	height, width := c.outputRows()
	weights, bias := c.weights.group(g)[4*k*panel:], c.biases(g)
	at := ((image*c.groups+g)*s.K + 4*panel) * area
	y := c.y[at:]
	end := tileEnd{bias: unsafe.Pointer(&bias[4*panel]), act: c.act, adds: c.base != nil}
	if end.adds {
		end.base = int(uintptr(unsafe.Pointer(&c.base[at])) - uintptr(unsafe.Pointer(&y[0])))
	}
	for h := range height {
		columns, y := columns[h*c.pitch:], y[h*width:]
		for from, blocks := 0, 0; from < width && !end.last; from += blocks * block {
			from = min(from, width-block)
			blocks = min(c.strip, width-from) / block
			end.last = c.takesLast(width-from, blocks)
			outputTiles(k, unsafe.Pointer(&weights[0]), count, unsafe.Pointer(&columns[from]), &c.rows[0], blocks, unsafe.Pointer(&y[from]), area, &end)
		}
		end.last = false
	}
}

// biases returns those of a group, which may be zeros.
func (c *conv) biases(g int) []float32 {
	if c.bias == nil {
		return c.zeros
	}
	return c.bias[g*c.shape.K:][:c.shape.K]
}

// finish makes outputs of the products of the columns from one on up to another one, for count channels of a group from k
// on: what is added, the activation, and rows next to each other. The columns are those of the images from first on.
func (c *conv) finish(products []float32, g, k, count, first, from, to int) {
	s := c.shape
	height, width := c.outputRows()
	for image := from / c.plane; image*c.plane < to; image++ {
		for h := 0; h < height; h++ {
			column := image*c.plane + h*c.pitch
			begin, end := max(column, from), min(column+width, to)
			if begin >= end {
				continue
			}
			at, n := (((first+image)*c.groups+g)*s.K+k)*s.OH*s.OW+h*width+begin-column, end-begin
			if n == width { // and further rows that are whole
				more := min(height-h-1, (to-end)/c.pitch)
				n += more * width
				h += more
			}
			for i, bias := range c.biases(g)[k:][:count] {
				at := at + i*s.OH*s.OW
				var base []float32
				if c.base != nil {
					base = c.base[at:][:n]
				}
				finishRows(c.y[at:][:n], products[i*c.outLength+begin-from:], base, min(n, width), c.pitch, bias, c.act)
			}
		}
	}
}

// ConvInputGradient is described in package compute. With stride 1 it is a convolution of dy by the weights turned by
// 180 degrees, with input and output channels exchanged; otherwise the gradient of the lowered rows is added back.
func (b *Backend) ConvInputGradient(s compute.ConvShape, dx, dy, weight compute.Buffer, accumulate bool) compute.Kernel {
	if isDepthwise(s) {
		return b.newDepthwiseBack(s, dx, dy, weight, accumulate)
	}
	g := group(s)
	area := g.R * g.S
	var base compute.Buffer
	if accumulate {
		base = dx
	}
	back := s
	back.C, back.H, back.W, back.K, back.OH, back.OW = s.K, s.OH, s.OW, s.C, s.H, s.W
	for i, side := range [4]int{g.R, g.S, g.R, g.S} {
		back.Pads[i] = (side-1)*s.Dilation[i%2] - s.Pads[i]
	}
	if suitsWinograd(group(back)) {
		weights := newWinogradWeights(b, weight, group(back), s.Groups, true)
		w := b.newWinograd(group(back), s.Groups, dx, dy, nil, base, compute.NoActivation, weights)
		return kernel{weights, transformDone{weights}, w}
	}
	if s.Stride == [2]int{1, 1} && min(back.Pads[0], back.Pads[1], back.Pads[2], back.Pads[3]) >= 0 {
		weights := newPackedWeights(b, weight, s.Groups, g.C, g.K*area, func(group, c, q int) int {
			k, tap := q/area, q%area
			return ((group*g.K+k)*g.C+c)*area + area - 1 - tap
		})
		if suitsLinear(back) {
			return kernel{weights, b.newLinear(back, dx, dy, nil, base, compute.NoActivation, weights)}
		}
		return kernel{weights, b.newConv(back, dx, dy, nil, base, compute.NoActivation, weights)}
	}
	taps := g.C * area
	weights := newPackedWeights(b, weight, s.Groups, taps, g.K, func(group, q, k int) int { return (group*g.K+k)*taps + q })
	dense := g
	dense.C, dense.H, dense.W, dense.K, dense.R, dense.S = g.K, s.OH, s.OW, taps, 1, 1
	dense.Stride, dense.Dilation, dense.Pads = [2]int{1, 1}, [2]int{1, 1}, [4]int{}
	c := &convScatter{
		dy: b.newLowering(dense, 1024, 1), taken: &lowering{shape: g}, weights: weights,
		dx: data(dx), gradient: data(dy), groups: s.Groups, accumulate: accumulate,
	}
	c.imageShares = imageShares{b.shares(b.images(dx, s.C*s.H*s.W), (g.C+3)/4)}
	c.outLength = padToOddCacheLines(c.dy.plane + slack)
	b.reserve(c.dy.size() + panels(taps)*4*c.outLength)
	return kernel{weights, c}
}

// convScatter is the input gradient of a strided convolution.
type convScatter struct {
	imageShares            // of fours of channels
	dy           *lowering // of the gradient, as for a 1×1 convolution
	taken        *lowering // how the input was gathered
	weights      *packedWeights
	dx, gradient []float32
	groups       int
	outLength    int
	accumulate   bool
}

func (c *convScatter) do(_, task int, scratch []float32) {
	taken := *c.taken
	s := taken.shape
	image, first, after := c.share(task)
	first, after = 4*first, min(4*after, s.C)
	taken.shape.C = after - first
	area := s.OH * s.OW
	inSize, outSize := c.groups*s.C*s.H*s.W, c.groups*s.K*area
	space, out := scratch[:c.dy.size()], scratch[c.dy.size():]
	taps := s.R * s.S
	for g := 0; g < c.groups; g++ {
		dx := c.dx[image*inSize+(g*s.C+first)*s.H*s.W:][:taken.shape.C*s.H*s.W]
		if !c.accumulate {
			clear(dx)
		}
		rows := c.dy.run(space, c.gradient[image*outSize+g*s.K*area:], 1, outSize)
		multiply(out, c.outLength, c.weights.group(g)[s.K*taps*first:], taken.shape.C*taps, rows, c.dy.rows, area)
		taken.scatter(dx, out, c.outLength, 1, inSize)
	}
}

// ConvParamGradient is described in package compute: for each tap the product of dy with the rows of x that the tap
// sees, summed over the columns.
func (b *Backend) ConvParamGradient(s compute.ConvShape, dweight, dbias, x, dy compute.Buffer) compute.Kernel {
	if isDepthwise(s) {
		return b.newDepthwiseParam(s, dweight, dbias, x, dy)
	}
	g := group(s)
	if suitsWinogradParam(g) {
		return b.newWinogradParam(g, s.Groups, dweight, dbias, x, dy)
	}
	const cached = 1 << 16 // elements of the turned rows that go through the second cache together
	images := b.images(x, s.C*s.H*s.W)
	p := &convParam{groups: s.Groups, x: data(x), dy: data(dy), bias: dbias != nil}
	p.lowering = b.newLowering(g, min(1024, cached/b.newLowering(g, 1, 1).planes()), (images+shards-1)/shards)
	p.channels = g.C
	for _, offset := range p.rows[:g.R*g.S] {
		p.taps = append(p.taps, tap{int(offset) / 4 % p.length, int(offset) / 4 / p.length})
	}
	if p.gathered { // each tap has rows of its own: they are as channels of a single tap
		p.taps, p.channels = []tap{{}}, p.planes()
	}
	for _, t := range p.taps {
		p.reach = max(p.reach, t.column)
	}
	p.outLength = padToOddCacheLines(p.chunk*p.plane + slack)
	p.width = (p.channels + tileColumns() - 1) / tileColumns() * tileColumns()
	p.pitch = max((p.planes()+tileColumns()-1)/tileColumns()*tileColumns(), p.width)
	p.columnOffsets = allocate[uintptr](b, p.chunk*p.plane, tileOverrun)
	for j := range p.columnOffsets {
		p.columnOffsets[j] = uintptr(4 * p.pitch * j)
	}
	p.shardSize = s.K * g.C * g.R * g.S
	if p.bias {
		p.shardSize += s.K
	}
	p.partial = allocate[float32](b, shards*p.shardSize, 0)
	b.reserve(p.size() + panels(g.K)*4*(p.outLength+p.columnRoom()+p.width) + (p.length+slack)*p.pitch)
	sum := &sumShards{partial: p.partial, size: p.shardSize, dst: [2][]float32{data(dweight), data(dbias)}}
	return kernel{p, sum}
}

type convParam struct {
	*lowering
	x, dy         []float32
	partial       []float32 // a gradient of the weights, then of the bias, for each shard
	shardSize     int       // elements of a shard's
	groups        int
	outLength     int
	channels      int // of a tap
	taps          []tap
	reach         int // the last column at which a tap begins
	width         int // channels in whole blocks
	pitch         int // elements of a turned column, which has one of each plane
	columnOffsets []uintptr
	bias          bool
}

// tap is where a tap's rows begin: the column, and the plane of the first channel.
type tap struct{ column, plane int }

// columnRoom is the most columns that are done together, and what transpose may write more.
func (p *convParam) columnRoom() int { return p.chunk*p.plane + 4 }

func (p *convParam) tasks(int) int { return shards }

func (p *convParam) do(images, shard int, scratch []float32) {
	s := p.shape
	area, taps := s.OH*s.OW, len(p.rows)
	partial := p.partial[shard*p.shardSize:][:p.shardSize]
	clear(partial)
	weights := partial[:p.groups*s.K*taps]
	inSize, outSize := p.groups*s.C*s.H*s.W, p.groups*s.K*area
	space, scratch := scratch[:p.size()], scratch[p.size():]
	gradient, scratch := scratch[:panels(s.K)*4*p.outLength], scratch[panels(s.K)*4*p.outLength:]
	last := images * (shard + 1) / shards
	for first := images * shard / shards; first < last; first += p.chunk {
		n := min(p.chunk, last-first)
		for g := 0; g < p.groups; g++ {
			rows := p.run(space, p.x[first*inSize+g*s.C*s.H*s.W:], n, inSize)
			p.spread(gradient, p.dy[first*outSize+g*s.K*area:], p.outLength, n, outSize)
			p.products(weights[g*s.K*taps:][:s.K*taps], gradient, rows, p.columns(n), scratch)
		}
		if !p.bias {
			continue
		}
		for k, bias := 0, partial[len(weights):]; k < len(bias); k++ {
			for i := first; i < first+n; i++ {
				bias[k] += sum(p.dy[i*outSize+k*area:][:area])
			}
		}
	}
}

// products adds dy·rowsᵀ to the K×channels×taps array dw. For tiles, dy becomes panels of four and the rows columns.
func (p *convParam) products(dw, dy, rows []float32, columns int, scratch []float32) {
	k := p.shape.K
	packed, scratch := scratch[:panels(k)*4*p.columnRoom()], scratch[panels(k)*4*p.columnRoom():]
	sums, turned := scratch[:panels(k)*4*p.width], scratch[panels(k)*4*p.width:]
	for i := 0; i < panels(k); i++ {
		transpose(packed[i*4*columns:], 4, dy[i*4*p.outLength:], p.outLength, 4, columns)
	}
	transpose(turned, p.pitch, rows, p.length, p.planes(), columns+p.reach)
	for t, tap := range p.taps {
		tiles(columns, unsafe.Pointer(&packed[0]), panels(k), unsafe.Pointer(&turned[tap.column*p.pitch+tap.plane]),
			&p.columnOffsets[0], p.width/tileColumns(), unsafe.Pointer(&sums[0]), p.width)
		for i := 0; i < k; i++ {
			for j, v := range sums[i*p.width:][:p.channels] {
				dw[(i*p.channels+j)*len(p.taps)+t] += v
			}
		}
	}
}

// sumShards adds the shards' partial gradients in order.
type sumShards struct {
	partial []float32
	size    int
	dst     [2][]float32 // the shards' elements go to the first, then to the second
}

func (s *sumShards) tasks(int) int { return 1 }

func (s *sumShards) do(int, int, []float32) {
	at := 0
	for _, dst := range s.dst {
		copy(dst, s.partial[at:])
		for shard := 1; shard < shards; shard++ {
			addTo(dst, s.partial[shard*s.size+at:][:len(dst)])
		}
		at += len(dst)
	}
}
