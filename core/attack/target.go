package attack

import (
	"fmt"
	"strconv"
	"strings"

	"steady/core/random"
)

// Choice is a way to choose the class that a targeted attack aims at.
type Choice int

const (
	NoTarget    Choice = iota // untargeted: any class but the label
	Next                      // the class after the label; after the last, the first
	Random                    // one of the other classes, drawn per image from the seed
	LeastLikely               // of the other classes the one with the smallest logit on the clean image
	FixedClass                // Target.Class for all
)

// Target is what an attack aims at; the zero value is untargeted.
type Target struct {
	Choice Choice
	Class  int // for FixedClass
}

var choiceNames = [...]string{NoTarget: "none", Next: "next", Random: "random", LeastLikely: "least-likely"}

// ParseTarget reads "none" (or nothing), "next", "random", "least-likely" or the number of a class.
func ParseTarget(s string) (Target, error) {
	if s == "" {
		return Target{}, nil
	}
	for c, name := range choiceNames {
		if strings.EqualFold(s, name) {
			return Target{Choice: Choice(c)}, nil
		}
	}
	if class, err := strconv.Atoi(s); err == nil && class >= 0 {
		return Target{FixedClass, class}, nil
	}
	return Target{}, fmt.Errorf("attack: unknown target %q; valid: %s or the number of a class",
		s, strings.Join(choiceNames[:], ", "))
}

func (t Target) String() string {
	if t.Choice == FixedClass {
		return strconv.Itoa(t.Class)
	}
	if t.Choice < 0 || int(t.Choice) >= len(choiceNames) {
		return fmt.Sprintf("Choice(%d)", int(t.Choice))
	}
	return choiceNames[t.Choice]
}

// MarshalText returns what ParseTarget reads.
func (t Target) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (t *Target) UnmarshalText(text []byte) (err error) {
	*t, err = ParseTarget(string(text))
	return err
}

// Targets returns the class to aim at for each image. clean are the logits of the clean images (LeastLikely reads
// them); seed and first are as in Params. The same seed gives the same random targets to every attack.
func (t Target) Targets(labels []int, clean []float32, classes int, seed, first uint64) ([]int, error) {
	if classes < 2 {
		return nil, fmt.Errorf("%w: a network with %d class has no other to aim at", ErrInput, classes)
	}
	targets := make([]int, len(labels))
	for i, label := range labels {
		switch t.Choice {
		case Next:
			targets[i] = (label + 1) % classes
		case Random:
			k := random.New(seed, first+uint64(i), "target", 0).IntN(classes - 1)
			if k >= label { // uniform over the classes without the label
				k++
			}
			targets[i] = k
		case LeastLikely:
			targets[i] = leastLikely(clean[i*classes:][:classes], label)
		case FixedClass:
			targets[i] = t.Class
		default:
			return nil, fmt.Errorf("attack: target %v names no class", t)
		}
	}
	return targets, nil
}

func leastLikely(logits []float32, label int) int {
	least := -1
	for k, z := range logits {
		if k != label && (least < 0 || z < logits[least]) {
			least = k
		}
	}
	return least
}
