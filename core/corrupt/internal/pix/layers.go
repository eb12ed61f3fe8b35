package pix

// The loops of a single corruption each, which draws the layer that they add.

// AddSpeckle is dst = x + x·(a·noise).
func AddSpeckle(dst, x, noise []float32, a float32) {
	for i := addSpeckleVectors(dst, x, noise, a); i < len(x); i++ {
		dst[i] = x[i] + float32(x[i]*float32(a*noise[i]))
	}
}

// AddImpulses is dst = x with a value of 0 where its bits are below half, and of 1 where they are below 2·half.
func AddImpulses(dst, x []float32, bits []uint32, half uint32) {
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

// AddFog is dst = (x + amount·fog)·shrink.
func AddFog(dst, x, fog []float32, amount, shrink float32) {
	for i := addFogVectors(dst, x, fog, amount, shrink); i < len(x); i++ {
		dst[i] = (x[i] + float32(amount*fog[i])) * shrink
	}
}

// AddSnow whitens an image, of which the share keep stays as it is, and adds the layers a and b.
func AddSnow(to, from Planes, keep float32, a, b []float32) {
	white := 1 - keep
	for i := addSnowVectors(to, from, keep, a, b); i < len(a); i++ {
		light := float32(1.5*(float32(.299*from[0][i])+float32(.587*from[1][i])+float32(.114*from[2][i]))) + .5
		for c := range to {
			v := from[c][i]
			to[c][i] = float32(keep*v) + float32(white*max(v, light)) + (a[i] + b[i])
		}
	}
}

// Binarize replaces a value by 1 where it is above a threshold, and else by 0.
func Binarize(x []float32, threshold float32) {
	for i := binarizeVectors(x, threshold); i < len(x); i++ {
		if x[i] > threshold {
			x[i] = 1
		} else {
			x[i] = 0
		}
	}
}

// Blend is dst = x·(1-share) + color·share.
func Blend(dst, x, share []float32, color float32) {
	for i := blendVectors(dst, x, share, color); i < len(x); i++ {
		dst[i] = float32(x[i]*(1-share[i])) + float32(color*share[i])
	}
}
