package bench

import (
	"errors"
	"fmt"
	"strings"

	"steady/core/attack"
	"steady/core/corrupt"
	"steady/core/option"
)

// Perturbation is what happens to an image before a network sees it: a corruption, an attack, or nothing, which is the zero
// value. Perturbations are made by [Parse], [Corrupted], [FromFiles] and [Attacked], and can be compared.
type Perturbation struct {
	corruption
	attack *attack.Attack
	params attack.Params // with attack
}

// corruption is a corruption and how it is applied.
type corruption struct {
	entry   *corrupt.Corruption // nil if there is none
	options corrupt.Options
	jpeg    int
	files   string // hash of the corrupted images, if these are not made but read
}

// JPEG is the quality at which the files of ImageNet-C are compressed after the corruption.
const JPEG = 85

// clean is the text of no perturbation.
const clean = "clean"

// corruptionOptions are what a corruption's text may have between its braces: the options of all corruptions but the seed,
// which is the cell's, and the compression afterwards.
var corruptionOptions = func() (t option.Table[corruption]) {
	for _, o := range corrupt.OptionTable() {
		if !o.Internal && o.Name != "seed" {
			t = append(t, option.Option[corruption]{
				Name: o.Name, Help: o.Help, Choices: o.Choices,
				Field: func(c *corruption) any { return o.Field(&c.options) },
			})
		}
	}
	return append(t, option.Option[corruption]{
		Name: "jpeg", Help: "quality at which the corrupted image is compressed",
		Field: func(c *corruption) any { return &c.jpeg },
		Range: option.Between(1, 100), Zero: "no compression",
	}, option.Option[corruption]{
		Name: "files", Help: "SHA-256 of corrupted images that are read from files",
		Field: func(c *corruption) any { return &c.files },
	})
}()

// Corrupted returns the perturbation by a corruption: at a severity from 1 to 5 or corrupt.FullRange, with the constants of
// a profile, and compressed afterwards as JPEG of a quality from 1 to 100, or not if that is 0.
func Corrupted(c *corrupt.Corruption, severity int, p corrupt.Profile, jpeg int) (Perturbation, error) {
	return corruption{entry: c, options: corrupt.Options{Severity: severity, Profile: p}, jpeg: jpeg}.perturbation()
}

// FromFiles returns the perturbation whose images somebody has corrupted before, as CIFAR-10-C's and ImageNet-C's are: by a
// corruption at a severity, with a hash of these images in hexadecimal digits.
func FromFiles(c *corrupt.Corruption, severity int, hash string) (Perturbation, error) {
	if hash == "" {
		return Perturbation{}, fmt.Errorf("bench: %s from files without a hash", c.Name)
	}
	return corruption{entry: c, options: corrupt.Options{Severity: severity}, files: hash}.perturbation()
}

// perturbation returns the corruption if it makes sense.
func (c corruption) perturbation() (Perturbation, error) {
	err := corruptionOptions.Check(&c)
	switch {
	case err != nil:
		return Perturbation{}, fmt.Errorf("bench: %s: %w", c.entry.Name, err)
	case strings.Trim(c.files, "0123456789abcdef") != "":
		return Perturbation{}, fmt.Errorf("bench: %s: files is %.40q: want a hash in hexadecimal digits", c.entry.Name, c.files)
	case c.files != "" && (c.jpeg != 0 || c.options.Profile != corrupt.Auto):
		return Perturbation{}, fmt.Errorf("bench: %s from files is taken as it is: want no profile and no jpeg", c.entry.Name)
	}
	return Perturbation{corruption: c}, nil
}

// Attacked returns the perturbation by an attack. Its Seed and First are the cell's, and a time limit is refused: what an
// attack finds in it depends on the machine.
func Attacked(a *attack.Attack, p attack.Params) (Perturbation, error) {
	if p.Seconds != 0 {
		return Perturbation{}, fmt.Errorf("bench: %s with a time limit, which the same machine may not reach twice: limit queries or steps", a.Name)
	}
	p.Seed, p.First = 0, 0
	if err := a.Options(p.Norm).Check(&p); err != nil {
		return Perturbation{}, fmt.Errorf("bench: %s: %w", a.Name, err)
	}
	return Perturbation{attack: a, params: p}, nil
}

// Parse reads a perturbation: "clean", "fog{severity=3}", "laugros/rain{severity=range}",
// "snow{severity=5,profile=imagenet,jpeg=85}", "fog{severity=3,files=8d1e…}", or what attack.Parse reads, "pgd{eps=8/255,steps=20}".
func Parse(text string) (Perturbation, error) {
	text = strings.TrimSpace(text)
	if text == clean {
		return Perturbation{}, nil
	}
	name, rest, hasOptions := strings.Cut(text, "{")
	c, err := corrupt.Lookup(strings.TrimSpace(name))
	if err != nil {
		a, p, err := attack.Parse(text)
		if errors.Is(err, attack.ErrUnknown) {
			return Perturbation{}, fmt.Errorf("bench: %.60q is neither a corruption nor an attack", strings.TrimSpace(name))
		}
		if err != nil {
			return Perturbation{}, err
		}
		if p.Seed != 0 {
			return Perturbation{}, fmt.Errorf("bench: %s with a seed: all cells have that of the benchmark", a.Name)
		}
		return Attacked(a, p)
	}
	list, closed := strings.CutSuffix(rest, "}")
	if hasOptions && !closed {
		return Perturbation{}, fmt.Errorf("bench: %.60q has no } at its end", text)
	}
	made := corruption{entry: c}
	if err := corruptionOptions.Parse(&made, list); err != nil {
		return Perturbation{}, fmt.Errorf("bench: %s: %w", c.Name, err)
	}
	return made.perturbation()
}

// String returns text from which [Parse] makes the perturbation, without what is usual.
func (p Perturbation) String() string {
	switch {
	case p.entry != nil:
		return p.entry.Name + "{" + corruptionOptions.Format(&p.corruption, new(corruption)) + "}"
	case p.attack != nil:
		return p.attack.Format(p.params)
	}
	return clean
}

// Label returns the text of String for people, with only the beginning of a hash.
func (p Perturbation) Label() string {
	const most = 8
	if len(p.files) <= most {
		return p.String()
	}
	return strings.Replace(p.String(), p.files, p.files[:most]+"…", 1)
}

// full returns text from which Parse makes the perturbation even if what is usual for an attack should change.
func (p Perturbation) full() string {
	if p.attack == nil {
		return p.String()
	}
	var parts []string
	options := p.attack.Options(p.params.Norm)
	for i := range options {
		if o := &options[i]; !o.Internal && o.Name != "seed" && o.Name != "time" {
			parts = append(parts, o.Name+"="+o.Text(&p.params))
		}
	}
	return p.attack.Name + "{" + strings.Join(parts, ",") + "}"
}

// Clean reports whether images stay as they are.
func (p Perturbation) Clean() bool { return p.entry == nil && p.attack == nil }

// Corruption returns the corruption and how it is applied, and the JPEG quality afterwards, 0 for none: nil if there is no
// corruption. Seed, Index and Gray of the options are left to the caller. Where the images are read from files, they have
// been corrupted before.
func (p Perturbation) Corruption() (c *corrupt.Corruption, o corrupt.Options, jpeg int) {
	return p.entry, p.options, p.jpeg
}

// Files returns the hash of the corrupted images that are read from files, or "" if they are made.
func (p Perturbation) Files() string { return p.files }

// Attack returns the attack and its parameters, without Seed and First: nil if there is no attack.
func (p Perturbation) Attack() (*attack.Attack, attack.Params) { return p.attack, p.params }

// random reports whether the result may depend on the seed.
func (p Perturbation) random() bool {
	return p.attack != nil || p.entry != nil && p.files == "" && (p.entry.Stochastic || p.options.Severity == corrupt.FullRange)
}

// frosty reports whether the result may depend on the photographs that frost is cut from.
func (p Perturbation) frosty() bool {
	return p.entry != nil && p.entry.Name == "frost" && p.files == ""
}
