package models

import (
	"slices"
	"testing"
)

func TestCompare(t *testing.T) {
	names := []string{"fashion-mtlat", "mine", "cifar10-tlat", "cifar10-standard-long", "cifar10-augmix", "fashion-standard", "cifar10-standard"}
	want := []string{"cifar10-standard", "cifar10-standard-long", "cifar10-augmix", "cifar10-tlat", "fashion-standard", "fashion-mtlat", "mine"}
	if slices.SortFunc(names, Compare); !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
}
