package corrupt

import (
	"errors"
	"fmt"

	"steady/core/corrupt/internal/ice"
	"steady/core/corrupt/internal/pix"
	"steady/core/img"
)

// rime is how much of the picture stays, and how much of the ice is added.
type rime struct{ keep, add float32 }

var frostRime = scale[rime]{
	imageNet: [5]rime{{1, .4}, {.8, .6}, {.7, .7}, {.65, .7}, {.6, .75}},
	cifar:    [5]rime{{1, .2}, {1, .3}, {.9, .4}, {.85, .4}, {.75, .45}},
}

// frost has ice of its own, because the reference's pictures of it may not be passed on.
var frost = &Corruption{
	Name: "frost", Family: Weather, Stochastic: true,
	Summary:  "Lets ice crystals grow on the lens.",
	Severity: frostRime.says("shares of the picture and of the ice"),
	Source: hendrycks + "; the ice is grown by rules, with the means and deviations of the reference's pictures, and " +
		"repeats every 512×256 pixels",
	label: "frost (procedural)",
	apply: func(j *job) {
		s := ice.Sheets[j.random.IntN(len(ice.Sheets))]()
		step := 1
		if j.profile == CIFAR {
			step = overlayStep
		}
		j.freeze(s, j.random.IntN(s.H), j.random.IntN(s.W), step)
	},
}

// ErrOverlay is the error of overlays that frost cannot be cut from.
var ErrOverlay = errors.New("unusable overlay")

// The reference draws from the first five of its six overlays, and makes them smaller for pictures of 32 pixels.
const (
	overlayCount = 5
	overlayStep  = 5
)

// FrostFrom gives the reference's own frost, made of overlays: photographs of ice, which are cut at random, with the
// profile ImageNet at their own size, and with CIFAR at a fifth of it. Of more than five overlays the first five count:
// the reference has six, frost1 to frost6, and never uses the last. They must be as large as the pictures to be
// corrupted, else Apply gives an error that is ErrOverlay; its own error is that, too.
func FrostFrom(overlays []*img.Image) (*Corruption, error) {
	if len(overlays) == 0 {
		return nil, fmt.Errorf("corrupt: frost: %w: there is none, and at least one is needed", ErrOverlay)
	}
	overlays = overlays[:min(len(overlays), overlayCount)]
	sheets := make([]*ice.Sheet, len(overlays))
	for i, m := range overlays {
		if m == nil || m.W < 1 || m.H < 1 || len(m.Pix) != 3*m.W*m.H || firstOutside(m.Pix) >= 0 {
			return nil, fmt.Errorf("corrupt: frost: %w %d: want a picture with values in [0,1]", ErrOverlay, i+1)
		}
		sheets[i] = ice.NewSheet(m)
	}
	c := *frost
	c.label, c.Source = "", hendrycks+"; the ice is cut from overlays given by the user"
	c.fits = func(w, h int, p Profile) error {
		for i, s := range sheets {
			across, down := sheetSize(s, p)
			if across < w || down < h {
				return fmt.Errorf("%w %d: with %d×%d pixels for the %v profile it cannot cover a picture of %d×%d",
					ErrOverlay, i+1, across, down, p, w, h)
			}
		}
		return nil
	}
	c.apply = func(j *job) {
		s := sheets[j.random.IntN(len(sheets))]
		w, h := sheetSize(s, j.profile)
		y, x := j.random.IntN(max(h-j.h, 1)), j.random.IntN(max(w-j.w, 1))
		if j.profile == CIFAR {
			// Made smaller by five, bilinearly and as OpenCV places pixels, each is the middle one of five.
			j.freeze(s, y*overlayStep+overlayStep/2, x*overlayStep+overlayStep/2, overlayStep)
		} else {
			j.freeze(s, y, x, 1)
		}
	}
	return &c, nil
}

// sheetSize returns the size of what a profile has of a sheet.
func sheetSize(s *ice.Sheet, p Profile) (w, h int) {
	if p == CIFAR {
		return (s.W + overlayStep/2) / overlayStep, (s.H + overlayStep/2) / overlayStep
	}
	return s.W, s.H
}

// freeze lays every step-th pixel of a sheet, from one on, over the picture.
func (j *job) freeze(s *ice.Sheet, top, left, step int) {
	f := frostRime.at(j)
	var light [256]float32
	for v := range light {
		light[v] = f.add * pix.Levels[v]
	}
	for y := range j.h {
		from := (top + y*step) % s.H * s.W
		to := y * j.w
		for c := range 3 {
			row := s.Planes[c][from:][:s.W]
			src, dst := j.src.Plane(c)[to:][:j.w], j.dst.Plane(c)[to:][:j.w]
			at := left
			for x, v := range src {
				dst[x] = float32(f.keep*v) + light[row[at]]
				if at += step; at >= len(row) {
					at -= len(row)
				}
			}
		}
	}
}
