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

// plane8 is a plane of bytes whose sides are multiples of 8.
type plane8 struct {
	pix    []uint8
	stride int
	w, h   int // of what is real; the rest is there to fill blocks
}

func (j *job) plane8(slot, w, h int) plane8 {
	stride, rows := (w+7)&^7, (h+7)&^7
	return plane8{j.bytes(slot, stride*rows), stride, w, h}
}

func (p plane8) row(y int) []uint8 { return p.pix[y*p.stride:][:p.stride] }

// fill repeats the last real row.
func (p plane8) fill() {
	for y := p.h; y*p.stride < len(p.pix); y++ {
		copy(p.row(y), p.row(p.h-1))
	}
}

// jpeg is what libjpeg's compression and decompression do to pixels, at its standard settings: 4:2:0, the accurate
// integer transforms, smooth ("fancy") upsampling. What stands between, the entropy coding, loses nothing and is left
// out.
func (j *job) jpeg(quality int) {
	luma := j.plane8(0, j.w, j.h)
	blue, red := j.plane8(1, (j.w+1)/2, (j.h+1)/2), j.plane8(2, (j.w+1)/2, (j.h+1)/2)
	j.toYCC(luma, blue, red)
	lumaTable, chromaTable := newQuantiser(&lumaSteps, quality), newQuantiser(&chromaSteps, quality)
	luma.quantise(&lumaTable)
	blue.quantise(&chromaTable)
	red.quantise(&chromaTable)
	j.fromYCC(luma, blue, red)
}

// Colour conversion in 16-bit fixed point (JFIF's matrix).
const (
	colourBits = 16
	colourHalf = 1 << (colourBits - 1)
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
func (j *job) toYCC(luma, blue, red plane8) {
	wide := 2 * blue.stride
	room := j.bytes(3, 4*wide)
	cb, cr := [2][]uint8{room[:wide], room[wide : 2*wide]}, [2][]uint8{room[2*wide : 3*wide], room[3*wide:]}
	r, g, b := j.src.Plane(0), j.src.Plane(1), j.src.Plane(2)
	for y := 0; y < j.h; y += 2 {
		for k := range 2 {
			from := min(y+k, j.h-1) * j.w // an odd last row counts twice
			line := luma.row(min(y+k, j.h-1))
			rowR, rowG, rowB := r[from:][:j.w], g[from:][:j.w], b[from:][:j.w]
			rowCb, rowCr := cb[k], cr[k]
			for x := range rowR {
				vr, vg, vb := int32(Byte(rowR[x])), int32(Byte(rowG[x])), int32(Byte(rowB[x]))
				line[x] = uint8((redY*vr + greenY*vg + blueY*vb + colourHalf) >> colourBits)
				const middle = 128<<colourBits + colourHalf - 1
				rowCb[x] = uint8((redCb*vr + greenCb*vg + halfCb*vb + middle) >> colourBits)
				rowCr[x] = uint8((halfCb*vr + greenCr*vg + blueCr*vb + middle) >> colourBits)
			}
			repeat(line, j.w)
			repeat(rowCb, j.w)
			repeat(rowCr, j.w)
		}
		halve(blue.row(y/2), cb[0], cb[1])
		halve(red.row(y/2), cr[0], cr[1])
	}
	luma.fill()
	blue.fill()
	red.fill()
}

// repeat repeats the last of n real values to the end of the row.
func repeat(row []uint8, n int) {
	for x := n; x < len(row); x++ {
		row[x] = row[n-1]
	}
}

// halve takes the means of 2×2 values, rounded down and up by turns so that no drift adds up.
func halve(dst, a, b []uint8) {
	a, b = a[:2*len(dst)], b[:2*len(dst)]
	bias := 1
	for x := range dst {
		sum := int(a[2*x]) + int(a[2*x+1]) + int(b[2*x]) + int(b[2*x+1])
		dst[x] = uint8((sum + bias) >> 2)
		bias ^= 3
	}
}

// fromYCC brings chroma back to full size and converts to RGB.
func (j *job) fromYCC(luma, blue, red plane8) {
	cb, cr := j.bytes(3, 2*blue.stride), j.bytes(4, 2*blue.stride)
	sums := j.ints(blue.w)
	r, g, b := j.dst.Plane(0), j.dst.Plane(1), j.dst.Plane(2)
	for y := range j.h {
		double(cb, blue, y, sums)
		double(cr, red, y, sums)
		line := luma.row(y)[:j.w]
		outR, outG, outB := r[y*j.w:][:j.w], g[y*j.w:][:j.w], b[y*j.w:][:j.w]
		cb, cr := cb[:j.w], cr[:j.w]
		for x, v := range line {
			l, vb, vr := int32(v), int32(cb[x])-128, int32(cr[x])-128
			outR[x] = levels[clamp8(l+(crToR*vr+colourHalf)>>colourBits)]
			outG[x] = levels[clamp8(l+(cbToG*vb+crToG*vr+colourHalf)>>colourBits)]
			outB[x] = levels[clamp8(l+(cbToB*vb+colourHalf)>>colourBits)]
		}
	}
}

func clamp8(v int32) uint8 {
	if uint32(v) > 255 {
		return uint8(^v >> 31) // 0 below, 255 above
	}
	return uint8(v)
}

// double makes row y at full size: 3/4 of the nearer and 1/4 of the farther value, down and across (a triangle
// filter). Rows of one or two values are repeated instead, as libjpeg does.
func double(dst []uint8, p plane8, y int, sums []int32) {
	near := p.row(y / 2)[:p.w]
	if p.w <= 2 {
		for x, v := range near {
			dst[2*x], dst[2*x+1] = v, v
		}
		return
	}
	far := p.row(min(max(y/2-1+y%2*2, 0), p.h-1))[:p.w]
	sums = sums[:p.w]
	for x, v := range near {
		sums[x] = 3*int32(v) + int32(far[x])
	}
	dst = dst[:2*p.w]
	last := p.w - 1
	dst[0] = uint8((4*sums[0] + 8) >> 4)
	for x := range last { // between two values, each is the nearer one once
		a, b := sums[x], sums[x+1]
		dst[2*x+1] = uint8((3*a + b + 7) >> 4)
		dst[2*x+2] = uint8((3*b + a + 8) >> 4)
	}
	dst[2*last+1] = uint8((4*sums[last] + 7) >> 4)
}
