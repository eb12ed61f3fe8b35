package corrupt

import (
	"fmt"
	"slices"
	"strconv"

	"steady/core/option"
)

// options describe the fields of Options. To add one, add a field there and a literal here.
var options = option.Table[Options]{
	{
		Name: "severity", Label: "Severity", Help: "strength; range draws for each image, from all of the published range, or from 1 to 5 where there is none",
		Field:   func(o *Options) any { return (*severityText)(&o.Severity) },
		Choices: []string{"1", "2", "3", "4", "5", fullRange},
	},
	{
		Name: "profile", Label: "Constants", Help: "constants for 224 pixels (imagenet) or 32 pixels (cifar); auto goes by size",
		Field:   func(o *Options) any { return (*profileText)(&o.Profile) },
		Choices: []string{Auto.String(), ImageNet.String(), CIFAR.String()},
	},
	{
		Name: "seed", Label: "Seed", Help: "random seed",
		Field: func(o *Options) any { return &o.Seed },
	},
	{
		Name: "index", Internal: true,
		Field: func(o *Options) any { return &o.Index },
	},
	{
		Name: "gray", Internal: true,
		Field: func(o *Options) any { return &o.Gray },
	},
}

// OptionTable returns the options of all corruptions.
func OptionTable() option.Table[Options] { return slices.Clone(options) }

// DefaultOptions returns severity 3, with the constants chosen by the image's size.
func DefaultOptions() Options { return Options{Severity: 3} }

// profileText is a profile as text.
type profileText Profile

func (p *profileText) String() string { return Profile(*p).String() }

func (p *profileText) UnmarshalText(text []byte) error {
	profile, err := ParseProfile(string(text))
	if err == nil {
		*p = profileText(profile)
	}
	return err
}

// severityText is a severity as text: 1 to 5, or range for FullRange.
type severityText int

const fullRange = "range"

func (s *severityText) String() string {
	if *s == FullRange {
		return fullRange
	}
	return strconv.Itoa(int(*s))
}

func (s *severityText) UnmarshalText(text []byte) error {
	if string(text) == fullRange {
		*s = FullRange
		return nil
	}
	n, err := strconv.Atoi(string(text))
	if err != nil || n < 1 || n > 5 {
		return fmt.Errorf("corrupt: severity %q: want 1 to 5 or %s", text, fullRange)
	}
	*s = severityText(n)
	return nil
}
