package model

import (
	"slices"
	"strings"

	"steady/core/nn"
	"steady/core/option"
	"steady/tools/internal/usage"
)

// Preprocessing is what a network expects to be done to its images, as a user writes it: (pixel·scale - mean)/std.
type Preprocessing struct {
	Mean, Std string // one number, or one for each channel, with commas between them; "" for none
	Scale     string // "" for 1
	BGR       bool   // the network takes blue, green, red
}

// apply puts the preprocessing in front of the network.
func (p Preprocessing) apply(n *nn.Network, name string) (*nn.Network, error) {
	scale := 1.0
	if p.Scale != "" {
		var err error
		if scale, err = option.ParseNumber(p.Scale); err != nil {
			return nil, usage.Errorf("--scale: %w", err)
		}
	}
	if p.Mean == "" && p.Std == "" && scale == 1 && !p.BGR {
		return n, nil
	}
	mean, err := numbers("mean", p.Mean, n.Image[0])
	if err != nil {
		return nil, err
	}
	std, err := numbers("std", p.Std, n.Image[0])
	if err != nil {
		return nil, err
	}
	if slices.Contains(std, 0) {
		return nil, usage.Errorf("--std %s: nothing can be divided by 0", p.Std)
	}
	if scale == 0 {
		return nil, usage.Errorf("--scale 0: it would leave nothing of an image")
	}
	if p.BGR && n.Image[0] != 3 {
		return nil, usage.Errorf("--bgr: model %s takes gray images", name)
	}
	return n.Normalized(mean, std, float32(scale), p.BGR), nil
}

// numbers reads one number, or one for each of so many channels.
func numbers(flag, text string, channels int) ([]float32, error) {
	if text == "" {
		return nil, nil
	}
	var list []float32
	for part := range strings.SplitSeq(text, ",") {
		v, err := option.ParseNumber(part)
		if err != nil {
			return nil, usage.Errorf("--%s: %w", flag, err)
		}
		list = append(list, float32(v))
	}
	if len(list) != 1 && len(list) != channels {
		return nil, usage.Errorf("--%s %s: want one number, or one for each of the network's %d channels", flag, text, channels)
	}
	return list, nil
}
