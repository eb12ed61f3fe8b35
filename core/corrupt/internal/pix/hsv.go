package pix

import "steady/core/img"

// Planes are the red, green and blue values of an image or of one of its rows, equally many of each.
type Planes [3][]float32

// PlanesOf returns the planes of an image, which shares its memory with them.
func PlanesOf(m *img.Image) Planes { return Planes{m.Plane(0), m.Plane(1), m.Plane(2)} }

// AddValue adds shift to the value of HSV, up to 1, and keeps hue and saturation. Black becomes gray.
func AddValue(to, from Planes, shift float32) {
	r, g, b := from[0], from[1], from[2]
	for i := addValueVectors(to, from, shift); i < len(r); i++ {
		// The channels are in proportion to the largest, which is HSV's value. Black has no hue and becomes gray.
		v := max(r[i], g[i], b[i])
		if !(v > 0) {
			to[0][i], to[1][i], to[2][i] = shift, shift, shift
			continue
		}
		f := min(v+shift, 1) / v
		to[0][i], to[1][i], to[2][i] = r[i]*f, g[i]*f, b[i]*f
	}
}

// AdjustSaturation changes the saturation s of HSV to s·factor + shift, at most 1, and keeps hue and value.
func AdjustSaturation(to, from Planes, factor, shift float32) {
	r, g, b := from[0], from[1], from[2]
	for i := adjustSaturationVectors(to, from, factor, shift); i < len(r); i++ {
		// The channels' distances below the largest, which is the value, are in proportion to value·saturation. Gray
		// has hue 0, which is red.
		v := max(r[i], g[i], b[i])
		depth := v - min(r[i], g[i], b[i])
		switch {
		case !(v > 0):
			to[0][i], to[1][i], to[2][i] = 0, 0, 0
		case depth == 0:
			other := v * (1 - shift)
			to[0][i], to[1][i], to[2][i] = v, other, other
		default:
			f := v * min(float32(factor*(depth/v))+shift, 1) / depth
			to[0][i], to[1][i], to[2][i] = v-float32((v-r[i])*f), v-float32((v-g[i])*f), v-float32((v-b[i])*f)
		}
	}
}

// RotateHue adds by, in parts of the circle of hues from -1/2 to 1/2, to the hue of HSV, and keeps saturation and value:
// in bytes, as Pillow has them, where a circle has 255 parts on the way to HSV and from it, and 256 when hues are added.
func RotateHue(to, from Planes, by float32) {
	turn := uint8(int(by * 255)) // truncated towards 0; a negative one goes the other way round
	r, g, b := from[0], from[1], from[2]
	for i := range r {
		red, green, blue := Byte(r[i]), Byte(g[i]), Byte(b[i])
		most := max(red, green, blue)
		depth := most - min(red, green, blue)
		if depth == 0 {
			to[0][i], to[1][i], to[2][i] = Levels[red], Levels[green], Levels[blue]
			continue
		}
		saturation := uint8(float64(float32(depth)/float32(most)) * 255)
		if saturation == 0 {
			to[0][i], to[1][i], to[2][i] = Levels[most], Levels[most], Levels[most]
			continue
		}
		h := &hues[hueByte(red, green, blue, most, depth)+turn]
		value, depths := float64(most), float64(saturation)/255
		// A channel has its most for a third of the circle, its least for another, and slopes between them.
		for c := range 3 {
			to[c][i] = Levels[uint8(float64(value*(1-float64(depths*h[c])))+.5)]
		}
	}
}

// hueByte returns the hue of a color in parts of the circle, of which there are 255, truncated.
func hueByte(red, green, blue, most, depth uint8) uint8 {
	lack := func(channel uint8) float32 { return float32(most-channel) / float32(depth) }
	var hue float32 // in sixths of the circle
	switch most {
	case red:
		hue = lack(blue) - lack(green)
	case green:
		hue = float32(2 + float64(lack(red)) - float64(lack(blue)))
	default:
		hue = float32(4 + float64(lack(green)) - float64(lack(red)))
	}
	part := float64(hue)/6 + 1
	if part >= 1 {
		part--
	}
	return uint8(float64(float64(float32(part)) * 255))
}

// hues holds, for each hue, which part of the saturation red, green and blue lack.
var hues = func() (all [256][3]float64) {
	for hue := range all {
		sixths := float64(hue) * 6 / 255
		sector := int(sixths)
		rest := float64(float32(sixths - float64(sector)))
		rising, falling := 1-rest, rest
		all[hue] = [][3]float64{
			{0, rising, 1}, {falling, 0, 1}, {1, 0, rising}, {1, falling, 0}, {rising, 1, 0}, {0, 1, falling},
		}[sector%6]
	}
	return all
}()
