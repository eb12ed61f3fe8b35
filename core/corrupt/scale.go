package corrupt

import (
	"fmt"
	"strings"
)

// scale holds a constant of a corruption for the severities 1 to 5 of each profile.
type scale[T any] struct{ imageNet, cifar [5]T }

// at is the constant of a job.
func (s *scale[T]) at(j *job) T {
	if j.profile == CIFAR {
		return s.cifar[j.severity-1]
	}
	return s.imageNet[j.severity-1]
}

// says describes the constants: what they are, and their values.
func (s *scale[T]) says(what string) string {
	list := func(values [5]T) string {
		var words []string
		for _, v := range values {
			words = append(words, strings.NewReplacer("{", "", "}", "").Replace(fmt.Sprint(v)))
		}
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s: %s (224 px); %s (32 px)", what, list(s.imageNet), list(s.cifar))
}
