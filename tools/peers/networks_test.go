package main

import (
	"testing"

	"steady/core/nn"
)

// TestNetworks holds the networks, and what the table of layers makes of them, to the numbers that are known of them.
func TestNetworks(t *testing.T) {
	for _, test := range []struct {
		name   string
		build  func() (*nn.Network, error)
		params int
		adds   float64
		spread float64 // of what is published
	}{
		// He et al. 2016: 269,722 parameters, here with 1×1 shortcuts of 2,560 and their normalizations of 192.
		{"resnet20", resnet20, 269_722 + 2_560 + 192, 40.8e6, .01},
		// torchvision's resnet50: 25,557,032 parameters, 4.09 GFLOPS (which counts multiply-adds).
		{"resnet50", resnet50, 25_557_032, 4.09e9, .01},
	} {
		n, err := test.build()
		if err != nil {
			t.Fatal(err)
		}
		if got := n.ParamCount(); got != test.params {
			t.Errorf("%s has %d parameters, want %d", test.name, got, test.params)
		}
		list, err := operations(n)
		if err != nil {
			t.Fatal(err)
		}
		adds := map[string]float64{}
		for _, o := range list {
			adds[o.direction()] += float64(o.count) * o.flops / 2
		}
		for _, pass := range []string{"forward", "input gradient", "parameter gradient"} {
			if got := adds[pass] / test.adds; got < 1-test.spread || got > 1+test.spread {
				t.Errorf("%s, %s: %.4g multiply-adds, want about %.4g", test.name, pass, adds[pass], test.adds)
			}
		}
	}
}
