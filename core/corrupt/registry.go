package corrupt

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The families of corruptions. The first four are those of ImageNet-C.
const (
	Noise     = "noise"
	Blur      = "blur"
	Weather   = "weather"
	Digital   = "digital"
	Color     = "color"
	Occlusion = "occlusion"
	Geometry  = "geometry"
)

// Suite is the benchmark that a corruption comes from.
type Suite string

const (
	ImageNetC      Suite = "imagenet-c"       // the 15 corruptions of the mean corruption error
	ImageNetCExtra Suite = "imagenet-c-extra" // the four extra corruptions, for validation
	Laugros        Suite = "laugros"          // the pool of Laugros, Caplier and Ospici
)

// Title returns the name of the suite as people write it.
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

// Corruption is one way to corrupt an image: an entry of the registry.
type Corruption struct {
	Name       string // unique; published names are kept as they are
	Suite      Suite
	Family     string // Noise, Blur, Weather, Digital, Color, Occlusion or Geometry
	Summary    string // what it does, in one sentence
	Source     string // where it is defined
	Stochastic bool   // whether it draws random numbers

	described description
	label     string                                // empty if it is the name
	rounded   bool                                  // whether bytes of the result are rounded, not truncated
	fits      func(w, h int, profile Profile) error // checks an image's size; nil if any will do
	apply     func(*job)                            // from job.src to job.dst, which may be the same; Apply clips the result
}

// Severity returns what severity changes, in its units, with the values of 1 to 5.
func (c *Corruption) Severity() string { return c.described.String() }

// Label returns the name to write beside results: Name, with an addition where results are not comparable with published
// ones.
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
		laugrosColor,
		laugrosHue,
		laugrosGray,
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

// All returns all corruptions, suite by suite, in the order in which they are listed.
func All() []*Corruption { return slices.Clone(all) }

// In returns the corruptions of a suite.
func In(s Suite) []*Corruption {
	return slices.DeleteFunc(All(), func(c *Corruption) bool { return c.Suite != s })
}

// Suites returns the names of all suites, in the order in which they are listed.
func Suites() []string {
	return []string{string(ImageNetC), string(ImageNetCExtra), string(Laugros)}
}

// Select returns the corruptions of the names and those of the suites, each once. Its error matches ErrUnknown.
func Select(names, suites []string) ([]*Corruption, error) {
	var list []*Corruption
	for _, name := range names {
		c, err := Lookup(name)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	for _, suite := range suites {
		members := In(Suite(suite))
		if len(members) == 0 {
			return nil, fmt.Errorf("corrupt: %w: suite %.40q, valid: %s", ErrUnknown, suite, strings.Join(Suites(), ", "))
		}
		list = append(list, members...)
	}
	seen := map[*Corruption]bool{}
	return slices.DeleteFunc(list, func(c *Corruption) bool {
		again := seen[c]
		seen[c] = true
		return again
	}), nil
}

// ErrUnknown matches the errors of Lookup and Select.
var ErrUnknown = errors.New("unknown corruption")

// Lookup returns the corruption of a name. Its error matches ErrUnknown and lists similar names, or else all of them.
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
	return nil, fmt.Errorf("corrupt: %w %q, valid: %s", ErrUnknown, name, strings.Join(every, ", "))
}

// plainName returns a name in lower case, with underscores.
func plainName(name string) string {
	return strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(strings.TrimSpace(name)))
}

// alike reports whether one name is part of the other or differs from it by a slip or two.
func alike(given, name string) bool {
	if len(given) > 2*len(name) {
		return false
	}
	return len(given) >= 3 && (strings.Contains(name, given) || strings.Contains(given, name)) ||
		editDistance(given, name) <= max(len(name)/4, 1)
}

// editDistance returns the number of letters to change, add or leave out (Levenshtein).
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
