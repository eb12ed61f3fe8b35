package model

import (
	"strings"

	"github.com/spf13/pflag"

	"steady/core/nn"
	"steady/core/option"
	"steady/core/preprocess"
	"steady/tools/internal/usage"
)

// Preprocessing is what a network expects to be done to its images, as a user writes it: (pixel·scale - mean)/std. What is
// given beside a preset takes the place of the preset's.
type Preprocessing struct {
	Preset    string // "" for none
	Mean, Std string // one number, or one for each channel, with commas between them; "" for that of the preset, or none
	Scale     string // "" for that of the preset, or 1
	BGR       bool   // the network takes blue, green, red

	flags *pflag.FlagSet // nil without a command line
}

// Add adds the flags.
func (p *Preprocessing) Add(flags *pflag.FlagSet) {
	p.flags = flags
	var names []string
	for _, q := range preprocess.Presets() {
		names = append(names, q.Name)
	}
	flags.StringVar(&p.Preset, "preset", "", "preprocessing by name ('steady list presets'); the flags below change its numbers:\n"+
		strings.Join(names, ", "))
	flags.StringVar(&p.Mean, "mean", "", "per-channel mean, in units of the scaled pixels (R,G,B or one number)")
	flags.StringVar(&p.Std, "std", "", "per-channel standard deviation (R,G,B or one number)")
	flags.StringVar(&p.Scale, "scale", "", "factor applied to pixels in [0,1] (255 for models that take 0 to 255) (default 1)")
	flags.BoolVar(&p.BGR, "bgr", false, "model expects BGR channel order")
}

// IsGiven reports whether there is any.
func (p Preprocessing) IsGiven() bool {
	return p.Preset != "" || p.Mean != "" || p.Std != "" || p.Scale != "" || p.BGR
}

// spec returns the numbers for a network of so many channels.
func (p Preprocessing) spec(channels int, name string) (preprocess.Spec, error) {
	s := preprocess.Spec{Scale: 1}
	if p.Preset != "" {
		q, err := preprocess.Lookup(p.Preset)
		if err != nil {
			return s, usage.Errorf("--preset %w", err)
		}
		s = q.For(channels)
	}
	if p.Scale != "" {
		scale, err := numbers("scale", p.Scale, 1, positive)
		if err != nil {
			return s, err
		}
		s.Scale = scale[0]
	}
	var err error
	if p.Mean != "" {
		if s.Mean, err = numbers("mean", p.Mean, channels, option.Between(-1e6, 1e6)); err != nil {
			return s, err
		}
	}
	if p.Std != "" {
		if s.Std, err = numbers("std", p.Std, channels, positive); err != nil {
			return s, err
		}
	}
	if p.BGR && channels != 3 {
		return s, usage.Errorf("--bgr: model %s takes gray images", name)
	}
	if p.BGR || p.flags != nil && p.flags.Changed("bgr") {
		s.BGR = p.BGR
	}
	return s, nil
}

// apply puts the preprocessing in front of the network, and says what is doubtful about it.
func (p Preprocessing) apply(n *nn.Network, name string, say func(format string, args ...any)) (*nn.Network, error) {
	s, err := p.spec(n.Image[0], name)
	if err != nil {
		return nil, err
	}
	if plain := s; n.Bytes {
		if plain.BGR = false; !plain.IsZero() {
			return nil, usage.Errorf("preprocessing of %s (%v): its file takes bytes and does that itself: leave --preset, --mean, --std and "+
				"--scale out", name, s)
		}
	}
	for _, doubt := range s.DoubtsFor(preprocess.FindInside(n)) {
		say("WARNING: preprocessing of %s: %s", name, doubt)
	}
	return s.Apply(n), nil
}

// positive is what a factor or a deviation may be: nothing of an image would be left beyond it.
var positive = option.Between(1e-6, 1e6)

// numbers reads one number, or one for each of so many channels, in a range.
func numbers(flag, text string, channels int, r option.Range) ([]float32, error) {
	var list []float32
	for part := range strings.SplitSeq(text, ",") {
		v, err := option.ParseNumber(part)
		if err != nil {
			return nil, usage.Errorf("--%s: %w", flag, err)
		}
		if !r.Contains(v) {
			return nil, usage.Errorf("--%s %s: want a number %v", flag, text, r)
		}
		list = append(list, float32(v))
	}
	if len(list) != 1 && len(list) != channels {
		return nil, usage.Errorf("--%s %s: want one number, or one for each of the network's %d channels", flag, text, channels)
	}
	return list, nil
}
