package corrupt

var jpegQuality = scale[int]{
	imageNet: [5]int{25, 18, 15, 10, 7},
	cifar:    [5]int{80, 65, 58, 50, 40},
}

var jpegCompression = &Corruption{
	Name: "jpeg_compression", Family: Digital,
	Summary:  "Stores the picture as a small JPEG file and reads it again.",
	Severity: jpegQuality.says("quality of the JPEG file, 1 to 100, lower being worse"),
	Source:   hendrycks + "; libjpeg's settings",
	apply:    func(j *job) { j.jpeg(jpegQuality.at(j)) },
}

// plane8 is a plane of bytes with room to fill blocks of 8×8, and eight blocks at a time in a row.
type plane8 struct {
	pix    []int32
	stride int
	w, h   int // of what is real
}

func newPlane8(room *[]int32, w, h int) plane8 {
	stride, rows := (w+63)&^63, (h+7)&^7
	p := plane8{(*room)[:stride*rows], stride, w, h}
	*room = (*room)[stride*rows:]
	return p
}

func (p plane8) row(y int) []int32 { return p.pix[y*p.stride:][:p.stride] }

// fill repeats the last real value of every row, and the last real row, to the end of their blocks.
func (p plane8) fill() {
	for y := range p.h {
		row := p.row(y)
		for x := p.w; x < (p.w+7)&^7; x++ {
			row[x] = row[p.w-1]
		}
	}
	for y := p.h; y*p.stride < len(p.pix); y++ {
		copy(p.row(y), p.row(p.h-1))
	}
}

// quantise does it to the blocks of eight rows after the other.
func (p plane8) quantise(q *quantiser, room []int32) {
	blocks := p.stride / 8
	s := strip{stride: stripStride(blocks)}
	s.values = room[:64*s.stride]
	for top := 0; top*p.stride < len(p.pix); top += 8 {
		for y := range 8 {
			to := s.row(y, blocks)
			split8(&to, p.row(top+y))
		}
		s.quantise(q)
		for y := range 8 {
			from := s.row(y, blocks)
			join8(p.row(top+y), &from)
		}
	}
}

// jpeg is what libjpeg's compression and decompression do to pixels, at its standard settings: 4:2:0, the accurate
// integer transforms, smooth ("fancy") upsampling. What stands between, the entropy coding, loses nothing and is left
// out.
func (j *job) jpeg(quality int) {
	w, h := j.w, j.h
	wide, high := (w+127)&^127, (h+15)&^15
	room := j.ints(0, wide*high*3/2+64*stripStride(wide/8)+9*wide)
	luma := newPlane8(&room, w, h)
	blue, red := newPlane8(&room, (w+1)/2, (h+1)/2), newPlane8(&room, (w+1)/2, (h+1)/2)
	j.toYCC(luma, blue, red, room)
	lumaTable, chromaTable := newQuantiser(&lumaSteps, quality), newQuantiser(&chromaSteps, quality)
	luma.quantise(&lumaTable, room)
	blue.quantise(&chromaTable, room)
	red.quantise(&chromaTable, room)
	j.fromYCC(luma, blue, red, room)
}

// Colour conversion in 16-bit fixed point (JFIF's matrix).
const (
	colourBits   = 16
	colourHalf   = 1 << (colourBits - 1)
	colourMiddle = 128<<colourBits + colourHalf - 1
)

func fixed(x float64) int32 { return int32(x*(1<<colourBits) + .5) }

var (
	redY, greenY, blueY    = fixed(.29900), fixed(.58700), fixed(.11400)
	redCb, greenCb, halfCb = -fixed(.16874), -fixed(.33126), fixed(.5)
	greenCr, blueCr        = -fixed(.41869), -fixed(.08131)
	crToR, cbToB           = fixed(1.40200), fixed(1.77200)
	crToG, cbToG           = -fixed(.71414), -fixed(.34414)
)

// toYCC converts two rows at a time and halves their chroma.
func (j *job) toYCC(luma, blue, red plane8, room []int32) {
	w, wide := j.w, 2*blue.w
	cb, cr := [2][]int32{room[:wide], room[wide : 2*wide]}, [2][]int32{room[2*wide : 3*wide], room[3*wide : 4*wide]}
	for y := 0; y < j.h; y += 2 {
		for k := range 2 {
			at := min(y+k, j.h-1) // an odd last row counts twice
			from := planes{j.src.Plane(0)[at*w:][:w], j.src.Plane(1)[at*w:][:w], j.src.Plane(2)[at*w:][:w]}
			rowToYCC(luma.row(at)[:w], cb[k][:w], cr[k][:w], from)
			cb[k][wide-1], cr[k][wide-1] = cb[k][w-1], cr[k][w-1] // as does an odd last column
		}
		halve(blue.row(y / 2)[:blue.w], cb[0], cb[1])
		halve(red.row(y / 2)[:red.w], cr[0], cr[1])
	}
	luma.fill()
	blue.fill()
	red.fill()
}

func rowToYCC(y, cb, cr []int32, from planes) {
	for i := toYCCVectors(y, cb, cr, from); i < len(y); i++ {
		r, g, b := int32(Byte(from[0][i])), int32(Byte(from[1][i])), int32(Byte(from[2][i]))
		y[i] = (redY*r + greenY*g + blueY*b + colourHalf) >> colourBits
		cb[i] = (redCb*r + greenCb*g + halfCb*b + colourMiddle) >> colourBits
		cr[i] = (halfCb*r + greenCr*g + blueCr*b + colourMiddle) >> colourBits
	}
}

// halve takes the means of 2×2 values, rounded down and up by turns so that no drift adds up. It spoils a.
func halve(dst, a, b []int32) {
	addInts(a, b)
	addPairs(dst, a)
	for x := quarterVectors(dst); x < len(dst); x++ {
		dst[x] = (dst[x] + biases[x%2]) >> 2
	}
}

// biases are what halve adds before it cuts off, by turns.
var biases = [16]int32{1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2}

// fromYCC brings chroma back to full size and converts to RGB.
func (j *job) fromYCC(luma, blue, red plane8, room []int32) {
	w := j.w
	cb, cr, room := room[:2*blue.w], room[2*blue.w:4*blue.w], room[4*blue.w:]
	for y := range j.h {
		double(cb, blue, y, room)
		double(cr, red, y, room)
		to := planes{j.dst.Plane(0)[y*w:][:w], j.dst.Plane(1)[y*w:][:w], j.dst.Plane(2)[y*w:][:w]}
		rowFromYCC(to, luma.row(y)[:w], cb, cr)
	}
}

func rowFromYCC(to planes, y, cb, cr []int32) {
	for i := fromYCCVectors(to, y, cb, cr); i < len(y); i++ {
		l, vb, vr := y[i], cb[i]-128, cr[i]-128
		to[0][i] = levels[min(max(l+(crToR*vr+colourHalf)>>colourBits, 0), 255)]
		to[1][i] = levels[min(max(l+(cbToG*vb+crToG*vr+colourHalf)>>colourBits, 0), 255)]
		to[2][i] = levels[min(max(l+(cbToB*vb+colourHalf)>>colourBits, 0), 255)]
	}
}

// double makes row y at full size: 3/4 of the nearer and 1/4 of the farther value, down and across (a triangle
// filter). Rows of one or two values are repeated instead, as libjpeg does.
func double(dst []int32, p plane8, y int, room []int32) {
	near := p.row(y / 2)[:p.w]
	if p.w <= 2 {
		for x, v := range near {
			dst[2*x], dst[2*x+1] = v, v
		}
		return
	}
	far := p.row(min(max(y/2-1+y%2*2, 0), p.h-1))[:p.w]
	sums, even, odd := room[:p.w+2], room[p.w+2:2*p.w+2], room[2*p.w+2:3*p.w+2]
	mixRows(sums[1:], near, far)
	sums[0], sums[p.w+1] = sums[1], sums[p.w]
	upsample(even, odd, sums)
	zip(dst, even, odd)
}

func mixRows(dst, near, far []int32) {
	for i := mixRowsVectors(dst, near, far); i < len(near); i++ {
		dst[i] = 3*near[i] + far[i]
	}
}

// upsample makes two values of each of sums but the first and the last, nearer to its neighbours before and after.
func upsample(even, odd, sums []int32) {
	for i := upsampleVectors(even, odd, sums); i < len(even); i++ {
		even[i] = (3*sums[i+1] + sums[i] + 8) >> 4
		odd[i] = (3*sums[i+1] + sums[i+2] + 7) >> 4
	}
}
