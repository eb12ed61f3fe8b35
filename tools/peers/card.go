package main

import (
	"errors"
	"fmt"
	"slices"

	"steady/core/compute/webgpu"
	"steady/core/net"
	"steady/tools/machine"
)

// errNoCard is wrapped where there is no graphics card.
var errNoCard = errors.New("there is no graphics card here")

// cardNetwork is a network that is timed on a graphics card.
type cardNetwork struct {
	name  string
	batch int // where -batch does not say
	build func() (*net.Network, error)
}

var cardNetworks = []cardNetwork{{"resnet20", 1024, resnet20}, {"resnet50", 128, resnet50}}

// cardNetworks are those of config's networks, or all.
func (c *config) cardNetworks() []cardNetwork {
	return slices.DeleteFunc(slices.Clone(cardNetworks), func(n cardNetwork) bool {
		return len(c.networks) > 0 && !slices.Contains(c.networks, n.name)
	})
}

// openCard opens the graphics card, new as it were: nothing is left on it from before.
func (c *config) openCard() (webgpu.Device, error) {
	library, err := machine.WebGPU()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoCard, err)
	}
	d, err := webgpu.Open(webgpu.Options{Library: library, AllowSoftware: c.software})
	if errors.Is(err, webgpu.ErrNoAdapter) || errors.Is(err, webgpu.ErrNoLibrary) || errors.Is(err, webgpu.ErrSoftware) {
		err = fmt.Errorf("%w: %w", errNoCard, err)
	}
	return d, err
}
