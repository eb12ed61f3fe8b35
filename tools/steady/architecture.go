package main

import (
	"steady/core/arch"
	"steady/core/dataset"
	"steady/core/nn"
)

// architectureNames lists what --network takes.
func architectureNames() (names []string) {
	for _, a := range arch.All() {
		names = append(names, a.Name)
	}
	return names
}

// buildNetwork builds an architecture, or the usual one, for the pictures and classes of a set.
func buildNetwork(name string, set *dataset.Set) (*nn.Network, string, error) {
	if name == "" {
		name = arch.All()[0].Name
	}
	a, err := arch.Lookup(name)
	if err != nil {
		return nil, "", err
	}
	classes := len(set.Classes)
	for _, l := range set.Labels { // files of arrays do not name their classes
		classes = max(classes, l+1)
	}
	n, err := a.Build(nn.Shape{set.C, set.H, set.W}, classes)
	return n, name, err
}
