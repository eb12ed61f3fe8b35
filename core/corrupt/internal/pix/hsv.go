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

// RotateHue adds by, in parts of the circle of hues from -1/2 to 1/2, to the hue of HSV, and keeps saturation and value.
func RotateHue(to, from Planes, by float32) {
	turn := 6 * by // hues are in sixths of the circle
	if turn < 0 {
		turn += 6
	}
	// A channel has its most for a third of the circle, its least for another, and slopes between them.
	lack := func(hue float32) float32 {
		if hue >= 6 {
			hue -= 6
		}
		return max(min(hue, 4-hue, 1), 0)
	}
	r, g, b := from[0], from[1], from[2]
	for i := rotateHueVectors(to, from, turn); i < len(r); i++ {
		red, green, blue := r[i], g[i], b[i]
		most := max(red, green, blue)
		depth := most - min(red, green, blue)
		if depth == 0 {
			to[0][i], to[1][i], to[2][i] = red, green, blue
			continue
		}
		var hue float32
		switch most {
		case red:
			hue = (green - blue) / depth
		case green:
			hue = (blue-red)/depth + 2
		default:
			hue = (red-green)/depth + 4
		}
		if hue += turn; hue < 0 {
			hue += 6
		}
		if hue >= 6 {
			hue -= 6
		}
		to[0][i] = most - float32(depth*lack(hue+5))
		to[1][i] = most - float32(depth*lack(hue+3))
		to[2][i] = most - float32(depth*lack(hue+1))
	}
}
