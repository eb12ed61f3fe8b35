package bench

import "math"

// Costs are in multiply-adds of a network. They decide which shard computes what, and nothing else: a figure that is far off
// makes shards end at different times.
const (
	// microsecond is how many multiply-adds a core computes in that time.
	microsecond = 25_000
	// unknownMACs is that of a network of which nothing is known, a small one.
	unknownMACs = 10e6
	// standing is the fraction of the images that an attack within eps is thought not to succeed on, which cost all its steps.
	standing = 0.5
)

// corruptionCost is how many microseconds a core takes to corrupt an image of 224×224 pixels, as docs/corruptions.md has
// measured on an EPYC (Zen 3): means over severities, rounded.
var corruptionCost = map[string]float64{
	"gaussian_noise": 320, "shot_noise": 510, "impulse_noise": 110, "defocus_blur": 1040, "glass_blur": 760,
	"motion_blur": 330, "zoom_blur": 1620, "snow": 320, "frost": 160, "fog": 290, "brightness": 60, "contrast": 80,
	"elastic_transform": 1580, "pixelate": 270, "jpeg_compression": 390, "speckle_noise": 330, "gaussian_blur": 440,
	"spatter": 690, "saturate": 90,
	"laugros/gaussian": 450, "laugros/salt_pepper": 120, "laugros/blur": 280, "laugros/thumbnail_resize": 1300,
	"laugros/pixelate": 300, "laugros/quantization": 300, "laugros/contrast": 80, "laugros/brightness": 60,
	"laugros/backlight": 60, "laugros/color_distortion": 60, "laugros/hue": 1300, "laugros/gray_scale": 170,
	"laugros/obstruction": 70, "laugros/border": 90, "laugros/rhombus": 70, "laugros/arlequin": 70, "laugros/circle": 70,
	"laugros/rain": 110, "laugros/artifacts": 100, "laugros/vertical_artifacts": 90, "laugros/rotation": 180,
	"laugros/translation": 90, "laugros/shear": 160, "laugros/elastic": 600,
}

// What else is done to an image, in the same microseconds.
const (
	jpegCost  = 390  // compressing it afterwards
	readCost  = 200  // taking it as it is prepared, for the network
	filesCost = 3000 // reading it from a file of images that were corrupted before, which may have to be decoded
)

// preparationCost returns what images for inputs of so many pixels cost under a perturbation, whatever networks take them: a
// whole number, so that sums do not depend on their order.
func preparationCost(p Perturbation, images, pixels int) float64 {
	each := float64(readCost)
	c, _, jpeg := p.Corruption()
	switch {
	case p.Files() != "":
		each = filesCost
	case c != nil:
		each += corruptionCost[c.Name]
		if jpeg != 0 {
			each += jpegCost
		}
	}
	return math.Round(each*microsecond*float64(pixels)/(224*224)) * float64(images)
}

// networkCost returns what a network costs on the images of a cell.
func networkCost(s *Subject, c Cell) float64 {
	macs := float64(s.MACs)
	if s.MACs <= 0 {
		macs = unknownMACs
	}
	passes := 1.0
	if a, params := c.Perturbation.Attack(); a != nil {
		passes = a.MaxPasses(params, s.Network.Classes())
		if a.Bounded() && !params.Continue {
			passes = float64(standing*passes) + 2
		}
	}
	return float64(float64(macs*passes) * float64(c.N)) // never fused with a sum, which differs between machines
}
