package corrupt

var contrastFactor = scale[float32]{
	imageNet: [5]float32{.4, .3, .2, .1, .05},
	cifar:    [5]float32{.75, .50, .40, .30, .15},
}

var contrast = &Corruption{
	Name: "contrast", Family: Digital,
	Summary:  "Brings every channel nearer to its mean over the picture.",
	Severity: contrastFactor.says("the part of the differences from the mean that is left"),
	Source:   hendrycks,
	apply: func(j *job) {
		factor := contrastFactor.at(j)
		for c := range 3 {
			src, dst := j.src.Plane(c), j.dst.Plane(c)
			sum := 0.
			for _, v := range src {
				sum += float64(v)
			}
			mean := float32(sum / float64(len(src)))
			for i, v := range src {
				dst[i] = float32((v-mean)*factor) + mean
			}
		}
	},
}

// vividness is what saturation is multiplied by, and what is added to it.
type vividness struct{ factor, shift float32 }

var saturateVividness = scale[vividness]{
	imageNet: [5]vividness{{.3, 0}, {.1, 0}, {2, 0}, {5, .1}, {20, .2}},
	cifar:    [5]vividness{{.3, 0}, {.1, 0}, {1.5, 0}, {2, .1}, {2.5, .2}},
}

var saturate = &Corruption{
	Name: "saturate", Family: Digital,
	Summary:  "Makes colours paler or stronger.",
	Severity: saturateVividness.says("factor of HSV's saturation and what is added to it"),
	Source:   hendrycks + " (one of the extra four)",
	apply: func(j *job) {
		s := saturateVividness.at(j)
		r, g, b := j.src.Plane(0), j.src.Plane(1), j.src.Plane(2)
		toR, toG, toB := j.dst.Plane(0), j.dst.Plane(1), j.dst.Plane(2)
		for i := range r {
			// With hue and value kept, the channels' distances below the largest, which is the value, are in proportion
			// to value·saturation. Grey has hue 0, which is red.
			v := max(r[i], g[i], b[i])
			depth := v - min(r[i], g[i], b[i])
			switch {
			case !(v > 0):
				toR[i], toG[i], toB[i] = 0, 0, 0
			case depth == 0:
				other := v * (1 - s.shift)
				toR[i], toG[i], toB[i] = v, other, other
			default:
				f := v * min(float32(s.factor*(depth/v))+s.shift, 1) / depth
				toR[i], toG[i], toB[i] = v-float32((v-r[i])*f), v-float32((v-g[i])*f), v-float32((v-b[i])*f)
			}
		}
	},
}
