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
// value. Perturbations are made by [Parse], [Corrupted] and [Attacked], and can be compared.
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
	})
}()

// Corrupted returns the perturbation by a corruption: at a severity from 1 to 5 or corrupt.FullRange, with the constants of
// a profile, and compressed afterwards as JPEG of a quality from 1 to 100, or not if that is 0.
func Corrupted(c *corrupt.Corruption, severity int, p corrupt.Profile, jpeg int) (Perturbation, error) {
	made := corruption{c, corrupt.Options{Severity: severity, Profile: p}, jpeg}
	if err := corruptionOptions.Check(&made); err != nil {
		return Perturbation{}, fmt.Errorf("bench: %s: %w", c.Name, err)
	}
	if severity == corrupt.FullRange && c.Suite != corrupt.Laugros {
		return Perturbation{}, fmt.Errorf("bench: %s has no range to draw from: want a severity from 1 to 5", c.Name)
	}
	return Perturbation{corruption: made}, nil
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
// "snow{severity=5,profile=imagenet,jpeg=85}", or what attack.Parse reads, "pgd{eps=8/255,steps=20}".
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
	return Corrupted(c, made.options.Severity, made.options.Profile, made.jpeg)
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
// corruption. Seed, Index and Gray of the options are left to the caller.
func (p Perturbation) Corruption() (c *corrupt.Corruption, o corrupt.Options, jpeg int) {
	return p.entry, p.options, p.jpeg
}

// Attack returns the attack and its parameters, without Seed and First: nil if there is no attack.
func (p Perturbation) Attack() (*attack.Attack, attack.Params) { return p.attack, p.params }

// random reports whether the result may depend on the seed.
func (p Perturbation) random() bool {
	return p.attack != nil || p.entry != nil && p.entry.Stochastic
}

// frosty reports whether the result may depend on the photographs that frost is cut from.
func (p Perturbation) frosty() bool { return p.entry != nil && p.entry.Name == "frost" }
