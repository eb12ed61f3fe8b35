package corrupt

// The loops over all values of a picture. Each first hands as many values as fill vectors to its twin in
// vector_simd.go, which gives their number. Both round every product before it is added: the bits are the same.

// outside tells whether a value is below lo, above hi, or no number.
func outside(x []float32, lo, hi float32) bool {
	n, found := outsideVectors(x, lo, hi)
	for _, v := range x[n:] {
		if !(v >= lo && v <= hi) {
			return true
		}
	}
	return found
}

// clip brings values into [0,1].
func clip(x []float32) {
	for i := clipVectors(x); i < len(x); i++ {
		x[i] = min(max(x[i], 0), 1)
	}
}

// extent gives the least and the largest of values, of which there is one at least.
func extent(x []float32) (low, high float32) {
	n, low, high := extentVectors(x)
	for _, v := range x[n:] {
		low, high = min(low, v), max(high, v)
	}
	return low, high
}

// mean is the mean of values. Every 16th value goes to the same of 16 sums, whatever vectors hold.
func mean(x []float32) float32 {
	const chunk = 4096 // so that the sums stay small, and exact enough
	total := 0.
	for from := 0; from < len(x); from += chunk {
		part := x[from:min(from+chunk, len(x))]
		var sums [16]float32
		for i := addSumVectors(&sums, part); i < len(part); i++ {
			sums[i%16] += part[i]
		}
		for _, s := range sums {
			total += float64(s)
		}
	}
	return float32(total / float64(len(x)))
}

// shrinkTo is dst = (x-middle)·factor + middle.
func shrinkTo(dst, x []float32, middle, factor float32) {
	for i := shrinkToVectors(dst, x, middle, factor); i < len(x); i++ {
		dst[i] = float32((x[i]-middle)*factor) + middle
	}
}

// standardise is x = (x-low)/width.
func standardise(x []float32, low, width float32) {
	for i := standardiseVectors(x, low, width); i < len(x); i++ {
		x[i] = (x[i] - low) / width
	}
}

// scaleAdd is dst = a·x + b.
func scaleAdd(dst, x []float32, a, b float32) {
	for i := scaleAddVectors(dst, x, a, b); i < len(x); i++ {
		dst[i] = float32(a*x[i]) + b
	}
}

// scaleBy is dst = x·factor.
func scaleBy(dst, x []float32, factor float32) {
	for i := scaleByVectors(dst, x, factor); i < len(x); i++ {
		dst[i] = x[i] * factor
	}
}

// addNoise is dst = x + a·noise.
func addNoise(dst, x, noise []float32, a float32) {
	for i := addNoiseVectors(dst, x, noise, a); i < len(x); i++ {
		dst[i] = x[i] + float32(a*noise[i])
	}
}

// addSpeckle is dst = x + x·(a·noise).
func addSpeckle(dst, x, noise []float32, a float32) {
	for i := addSpeckleVectors(dst, x, noise, a); i < len(x); i++ {
		dst[i] = x[i] + float32(x[i]*float32(a*noise[i]))
	}
}

// addImpulses makes a value 0 where the bits are below half, and 1 where they are below 2·half.
func addImpulses(dst, x []float32, bits []uint32, half uint32) {
	for i := addImpulsesVectors(dst, x, bits, half); i < len(x); i++ {
		v := x[i]
		switch u := bits[i]; {
		case u < half:
			v = 0
		case u < 2*half:
			v = 1
		}
		dst[i] = v
	}
}

// truncate is dst = Byte(x + bias)/255.
func truncate(dst, x []float32, bias float32) {
	for i := truncateVectors(dst, x, bias); i < len(x); i++ {
		dst[i] = levels[Byte(x[i]+bias)]
	}
}

// toBytes is dst = Byte(x).
func toBytes(dst []int32, x []float32) {
	for i := toBytesVectors(dst, x); i < len(x); i++ {
		dst[i] = int32(Byte(x[i]))
	}
}

// fromBytes is dst = x/255, for x in 0 to 255.
func fromBytes(dst []float32, x []int32) {
	for i := fromBytesVectors(dst, x); i < len(x); i++ {
		dst[i] = levels[x[i]]
	}
}

// divide is dst = x/by.
func divide(dst []float32, x []int32, by float32) {
	for i := divideVectors(dst, x, by); i < len(x); i++ {
		dst[i] = float32(x[i]) / by
	}
}

// beyondLevels reports whether a value exceeds its level by more than rounding.
func beyondLevels(x []float32, level []int32) bool {
	n, found := beyondLevelsVectors(x, level)
	for i := n; i < len(x) && !found; i++ {
		found = x[i]-levels[level[i]] > rounding/255
	}
	return found
}

// addBoth is dst = x + (a + b).
func addBoth(dst, x, a, b []float32) {
	for i := addBothVectors(dst, x, a, b); i < len(x); i++ {
		dst[i] = x[i] + (a[i] + b[i])
	}
}

// addInts is dst += x.
func addInts(dst, x []int32) {
	for i := addIntsVectors(dst, x); i < len(dst); i++ {
		dst[i] += x[i]
	}
}

// lerp is dst = a + (b-a)·share.
func lerp(dst, a, b []float32, share float32) {
	for i := lerpVectors(dst, a, b, share); i < len(a); i++ {
		dst[i] = a[i] + float32((b[i]-a[i])*share)
	}
}

// addLerp is dst += a + (b-a)·share.
func addLerp(dst, a, b []float32, share float32) {
	for i := addLerpVectors(dst, a, b, share); i < len(a); i++ {
		dst[i] += a[i] + float32((b[i]-a[i])*share)
	}
}

// addFog is dst = (x + amount·fog)·shrink.
func addFog(dst, x, fog []float32, amount, shrink float32) {
	for i := addFogVectors(dst, x, fog, amount, shrink); i < len(x); i++ {
		dst[i] = (x[i] + float32(amount*fog[i])) * shrink
	}
}

// planes are the colours of a row or of a picture, red, green, blue.
type planes [3][]float32

// brighten adds to the value of HSV and keeps hue and saturation.
func brighten(to, from planes, shift float32) {
	r, g, b := from[0], from[1], from[2]
	for i := brightenVectors(to, from, shift); i < len(r); i++ {
		// The channels are in proportion to the largest, which is HSV's value. Black has no hue and becomes grey.
		v := max(r[i], g[i], b[i])
		if !(v > 0) {
			to[0][i], to[1][i], to[2][i] = shift, shift, shift
			continue
		}
		f := min(v+shift, 1) / v
		to[0][i], to[1][i], to[2][i] = r[i]*f, g[i]*f, b[i]*f
	}
}

// colourIn makes HSV's saturation s·factor + shift, at most 1, and keeps hue and value.
func colourIn(to, from planes, factor, shift float32) {
	r, g, b := from[0], from[1], from[2]
	for i := colourInVectors(to, from, factor, shift); i < len(r); i++ {
		// The channels' distances below the largest, which is the value, are in proportion to value·saturation. Grey
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

// settle makes flakes of noise: a·x + b where that is at least threshold, else 0.
func settle(dst, x []float32, b, a, threshold float32) {
	for i := settleVectors(dst, x, b, a, threshold); i < len(x); i++ {
		v := float32(a*x[i]) + b
		if v < threshold {
			v = 0
		}
		dst[i] = v
	}
}

// addSnow whitens a picture, of which keep stays as it is, and adds two layers.
func addSnow(to, from planes, keep float32, a, b []float32) {
	white := 1 - keep
	for i := addSnowVectors(to, from, keep, a, b); i < len(a); i++ {
		light := float32(1.5*(float32(.299*from[0][i])+float32(.587*from[1][i])+float32(.114*from[2][i]))) + .5
		for c := range to {
			v := from[c][i]
			to[c][i] = float32(keep*v) + float32(white*max(v, light)) + (a[i] + b[i])
		}
	}
}

// turnHue adds to the hue of HSV, in parts of its circle from -1/2 to 1/2, and keeps saturation and value.
func turnHue(to, from planes, by float32) {
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
	for i := turnHueVectors(to, from, turn); i < len(r); i++ {
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
