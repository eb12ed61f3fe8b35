package corrupt

import (
	"fmt"
	"strings"
)

// severityTable holds the constants of a corruption for severities 1 to 5, for each profile.
type severityTable[T any] struct{ imageNet, cifar [5]T }

// at returns the constant for a job.
func (s *severityTable[T]) at(j *job) T {
	if j.profile == CIFAR {
		return s.cifar[j.severity-1]
	}
	return s.imageNet[j.severity-1]
}

// description describes the constants of a corruption; what names the quantity. The values are formatted when String is called: at
// the start, that would delay every program.
type description struct {
	what      string
	constants interface{ words() string }
}

func (d description) String() string { return d.what + ": " + d.constants.words() }

// describe returns a description of the constants; what says what they are.
func (s *severityTable[T]) describe(what string) description { return description{what, s} }

func (s *severityTable[T]) words() string {
	list := func(values [5]T) string {
		var words []string
		for _, v := range values {
			words = append(words, strings.NewReplacer("{", "", "}", "").Replace(fmt.Sprint(v))) // of nested structs, too
		}
		return strings.Join(words, ", ")
	}
	return list(s.imageNet) + " (224 px); " + list(s.cifar) + " (32 px)"
}
