package corrupt

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Families of corruptions: the first four as ImageNet-C has them.
const (
	Noise     = "noise"
	Blur      = "blur"
	Weather   = "weather"
	Digital   = "digital"
	Colour    = "colour"
	Occlusion = "occlusion"
	Geometry  = "geometry"
)

// Suite is the benchmark that a corruption comes from.
type Suite string

const (
	ImageNetC      Suite = "imagenet-c"       // those that the mean corruption error is taken over
	ImageNetCExtra Suite = "imagenet-c-extra" // for validation
	Laugros        Suite = "laugros"          // the pool of Laugros, Caplier and Ospici
)

// Title is what people call it.
func (s Suite) Title() string {
	switch s {
	case ImageNetC:
		return "ImageNet-C"
	case ImageNetCExtra:
		return "ImageNet-C extra"
	case Laugros:
		return "Laugros et al."
	}
	return string(s)
}

// Corruption is one way to spoil a picture.
type Corruption struct {
	Name       string
	Suite      Suite
	Family     string
	Summary    string // what it does, in one sentence
	Severity   string // what severity changes, in its units, with the values of 1 to 5
	Source     string // where it is defined
	Stochastic bool   // it draws random numbers

	label string                                // where it is not the name
	fits  func(w, h int, profile Profile) error // nil: any size will do
	apply func(*job)                            // from job.src to job.dst, which may be the same; what it leaves outside [0,1] is clipped
}

// Label is what to call the corruption where a number stands: its name, and more where the number cannot be compared
// with published ones.
func (c *Corruption) Label() string {
	if c.label != "" {
		return c.label
	}
	return c.Name
}

var all = slices.Concat(
	// In the order of ImageNet-C's tables.
	suite(ImageNetC,
		gaussianNoise,
		shotNoise,
		impulseNoise,
		defocusBlur,
		glassBlur,
		motionBlur,
		zoomBlur,
		snow,
		frost,
		fog,
		brightness,
		contrast,
		elasticTransform,
		pixelate,
		jpegCompression,
	),
	suite(ImageNetCExtra,
		speckleNoise,
		gaussianBlur,
		spatter,
		saturate,
	),
	suite(Laugros,
		laugrosGaussian,
		laugrosSaltPepper,
		laugrosBlur,
		laugrosThumbnail,
		laugrosPixelate,
		laugrosQuantization,
		laugrosContrast,
		laugrosBrightness,
		laugrosBacklight,
		laugrosColour,
		laugrosHue,
		laugrosGrey,
		laugrosObstruction,
		laugrosBorder,
		laugrosRhombus,
		laugrosArlequin,
		laugrosCircle,
		laugrosRain,
		laugrosArtifacts,
		laugrosVerticalArtifacts,
		laugrosRotation,
		laugrosTranslation,
		laugrosShear,
		laugrosElastic,
	),
)

func suite(s Suite, members ...*Corruption) []*Corruption {
	for _, c := range members {
		c.Suite = s
	}
	return members
}

// All gives the corruptions, suite by suite.
func All() []*Corruption { return slices.Clone(all) }

// In gives the corruptions of a suite.
func In(s Suite) []*Corruption {
	return slices.DeleteFunc(All(), func(c *Corruption) bool { return c.Suite != s })
}

// ErrUnknown is the error of a name that no corruption has.
var ErrUnknown = errors.New("unknown corruption")

// Lookup gives the corruption of a name. Its error names those that are spelt much alike.
func Lookup(name string) (*Corruption, error) {
	var near, every []string
	for _, c := range all {
		if c.Name == name {
			return c, nil
		}
		every = append(every, c.Name)
		if plain := plainName(name); plain != "" && alike(plain, c.Name) {
			near = append(near, c.Name)
		}
	}
	name = name[:min(len(name), 40)] // no more is worth repeating
	if near != nil {
		return nil, fmt.Errorf("corrupt: %w %q: did you mean %s?", ErrUnknown, name, strings.Join(near, " or "))
	}
	return nil, fmt.Errorf("corrupt: %w %q: there are %s", ErrUnknown, name, strings.Join(every, ", "))
}

func plainName(name string) string {
	return strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(strings.TrimSpace(name)))
}

// alike tells whether one name is part of the other or a slip or two away from it.
func alike(given, name string) bool {
	if len(given) > 2*len(name) {
		return false
	}
	return len(given) >= 3 && (strings.Contains(name, given) || strings.Contains(given, name)) ||
		editDistance(given, name) <= max(len(name)/4, 1)
}

// editDistance counts the letters to change, add or leave out (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// hendrycks is the source of most corruptions.
const hendrycks = "Hendrycks and Dietterich 2019: ImageNet-C, CIFAR-10-C"
