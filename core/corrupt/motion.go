package corrupt

import (
	"math"

	"steady/core/corrupt/internal/filter"
	"steady/core/corrupt/internal/pix"
	"steady/core/random"
)

// trail is the length of a smear, 2·radius+1 pixels, and how fast it fades.
type trail struct {
	radius int
	sigma  float64
}

var motionTrail = scale[trail]{
	imageNet: [5]trail{{10, 3}, {15, 5}, {15, 8}, {15, 12}, {20, 15}},
	cifar:    [5]trail{{6, 1}, {6, 1.5}, {6, 2}, {8, 2}, {9, 2.5}},
}

var motionBlur = &Corruption{
	Name: "motion_blur", Family: Blur, Stochastic: true,
	Summary:  "Smears along a random direction within 45 degrees of level, as a moving camera does.",
	Severity: motionTrail.says("radius and standard deviation of the smear, in pixels"),
	Source:   hendrycks + ", by ImageMagick's algorithm",
	apply: func(j *job) {
		j.smear(motionTrail.at(j), float64(j.random.Uniform(-45, 45)))
		// ImageMagick hands on bytes, rounded to the nearest.
		pix.Truncate(j.dst.Pix, j.dst.Pix, .5/255)
	},
}

// smear trails every pixel to one side along an angle in degrees. Where the trail leaves the picture its border goes on.
func (j *job) smear(t trail, degrees float64) {
	s := j.streak(t, degrees)
	for c := range 3 {
		s.draw(j.dst.Plane(c), j.src.Plane(c))
	}
}

// streak is a trail along an angle, for planes of the job's size.
type streak struct {
	width                    int
	weights                  []float32
	offsets                  []int
	padded                   []float32
	left, right, top, bottom int
}

func (j *job) streak(t trail, degrees float64) streak {
	s := streak{width: j.w, weights: filter.Bell(2*t.radius+1, 0, t.sigma, &j.scratch)}
	sin, cos := random.SinCos(degrees * (math.Pi / 180))
	step := func(i int) (dx, dy int) {
		return int(math.Ceil(float64(float64(i)*cos) - .5)), int(math.Ceil(float64(float64(i)*sin) - .5))
	}
	farX, farY := step(len(s.weights) - 1)
	s.left, s.right, s.top, s.bottom = max(-farX, 0), max(farX, 0), max(-farY, 0), max(farY, 0)
	stride := s.left + j.w + s.right
	s.offsets = j.scratch.Offsets(len(s.weights))
	for i := range s.offsets {
		dx, dy := step(i)
		s.offsets[i] = (s.top+dy)*stride + s.left + dx
	}
	s.padded = j.scratch.Floats(0, stride*(s.top+j.h+s.bottom))
	return s
}

// draw adds up copies of a plane, each a step further along and weaker; dst may be src.
func (s streak) draw(dst, src []float32) {
	filter.Pad(s.padded, src, s.width, s.left, s.right, s.top, s.bottom)
	stride := s.left + s.width + s.right
	for y := range len(src) / s.width {
		filter.Correlate(dst[y*s.width:][:s.width], s.padded[y*stride:], s.offsets, s.weights)
	}
}
