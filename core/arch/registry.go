package arch

import (
	"errors"
	"fmt"
	"strings"

	"steady/core/nn"
)

// Architecture is a named way to build a network for images of a size and a number of classes.
type Architecture struct {
	Name    string
	Summary string
	Build   func(image nn.Shape, classes int) (*nn.Network, error)
}

var all = []*Architecture{
	{"whitened", "short residual network of smooth activations behind a frozen layer that whitens patches: the most accurate for its time", whitened},
	{"small", "whitened with narrow layers, a seventh of the work: for experiments with many networks", small},
	{"compact", "wide and short residual network, of batch-normalized layers only", compact},
	{"resnet20", "the residual network of He et al. 2016 for CIFAR, which most papers and benchmarks know", ResNet20},
}

// All lists the architectures; the first is the usual one.
func All() []*Architecture { return all }

// ErrUnknown matches the error for a name that no architecture has.
var ErrUnknown = errors.New("unknown architecture")

// Lookup finds an architecture by its name.
func Lookup(name string) (*Architecture, error) {
	var names []string
	for _, a := range all {
		if a.Name == name {
			return a, nil
		}
		names = append(names, a.Name)
	}
	return nil, fmt.Errorf("arch: %w %q: want one of %s", ErrUnknown, name, strings.Join(names, ", "))
}
