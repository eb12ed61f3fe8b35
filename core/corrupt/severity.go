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

// describe returns a description of the constants, with their values; what says what they are.
func (s *severityTable[T]) describe(what string) string {
	list := func(values [5]T) string {
		var words []string
		for _, v := range values {
			words = append(words, strings.Trim(fmt.Sprint(v), "{}"))
		}
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s: %s (224 px); %s (32 px)", what, list(s.imageNet), list(s.cifar))
}
