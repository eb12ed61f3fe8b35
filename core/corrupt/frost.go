package corrupt

import (
	"errors"
	"fmt"

	"steady/core/corrupt/internal/ice"
	"steady/core/corrupt/internal/pix"
	"steady/core/img"
)

// frostParams are the shares of the image and of the ice.
type frostParams struct{ keep, add float32 }

var frostTable = severityTable[frostParams]{
	imageNet: [5]frostParams{{1, .4}, {.8, .6}, {.7, .7}, {.65, .7}, {.6, .75}},
	cifar:    [5]frostParams{{1, .2}, {1, .3}, {.9, .4}, {.85, .4}, {.75, .45}},
}

// frost uses grown ice, because the reference's photographs may not be passed on.
var frost = &Corruption{
	Name: "frost", Family: Weather, Stochastic: true,
	Summary:   "Ice crystals on the lens.",
	described: frostTable.describe("shares of the image and of the ice"),
	Source: hendrycks + "; the ice is grown by rules, with the means and deviations of the reference's photographs, and " +
		"repeats every 512×256 pixels",
	label: "frost (procedural)",
	apply: func(j *job) {
		s := ice.Sheets[j.random.IntN(len(ice.Sheets))]()
		step := 1
		if j.profile == CIFAR {
			step = overlayStep
		}
		j.addIce(s, j.random.IntN(s.H), j.random.IntN(s.W), step)
	},
}

// ErrOverlay matches the error for overlays that frost cannot be cut from.
var ErrOverlay = errors.New("unusable overlay")

// The reference draws from the first five of its six overlays, and makes them smaller for images of 32 pixels.
const (
	overlayCount = 5
	overlayStep  = 5
)

// FrostFrom returns the reference's own frost, made of overlays: photographs of ice, which are cut at random, with the
// profile ImageNet at their own size, and with CIFAR at a fifth of it. Of more than five overlays the first five count:
// the reference has six, frost1 to frost6, and never uses the last. If an overlay is smaller than the image to be
// corrupted, Apply returns an error that matches ErrOverlay, as FrostFrom does if there is no overlay or one is not an
// image with values in [0,1].
func FrostFrom(overlays []*img.Image) (*Corruption, error) {
	if len(overlays) == 0 {
		return nil, fmt.Errorf("corrupt: frost: %w: there is none, want at least one", ErrOverlay)
	}
	overlays = overlays[:min(len(overlays), overlayCount)]
	sheets := make([]*ice.Sheet, len(overlays))
	for i, m := range overlays {
		if m == nil || m.W < 1 || m.H < 1 || len(m.Pix) != 3*m.W*m.H || firstOutside(m.Pix) >= 0 {
			return nil, fmt.Errorf("corrupt: frost: %w %d: want an image with values in [0,1]", ErrOverlay, i+1)
		}
		sheets[i] = ice.NewSheet(m)
	}
	c := *frost
	c.label, c.Source = "", hendrycks+"; the ice is cut from overlays given by the user"
	c.fits = func(w, h int, p Profile) error {
		for i, s := range sheets {
			across, down := sheetSize(s, p)
			if across < w || down < h {
				return fmt.Errorf("%w %d: with %d×%d pixels for the %v profile it cannot cover an image of %d×%d",
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
			j.addIce(s, y*overlayStep+overlayStep/2, x*overlayStep+overlayStep/2, overlayStep)
		} else {
			j.addIce(s, y, x, 1)
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

// addIce lays every step-th pixel of a sheet, from (left,top) on, over the image.
func (j *job) addIce(s *ice.Sheet, top, left, step int) {
	p := frostTable.at(j)
	var light [256]float32
	for v := range light {
		light[v] = p.add * pix.Levels[v]
	}
	for y := range j.h {
		from := (top + y*step) % s.H * s.W
		to := y * j.w
		for c := range 3 {
			row := s.Planes[c][from:][:s.W]
			src, dst := j.src.Plane(c)[to:][:j.w], j.dst.Plane(c)[to:][:j.w]
			at := left
			for x, v := range src {
				dst[x] = float32(p.keep*v) + light[row[at]]
				if at += step; at >= len(row) {
					at -= len(row)
				}
			}
		}
	}
}
