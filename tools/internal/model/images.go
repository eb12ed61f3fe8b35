package model

import (
	"errors"
	"fmt"

	"steady/core/nn"
	"steady/core/onnx"
	"steady/tools/internal/optionflags"
	"steady/tools/internal/usage"
)

// forImages returns the network as one for images of the size asked for.
func (o *Options) forImages(n *nn.Network, name string) (*nn.Network, error) {
	var last *bool
	if o.Layout != "" {
		isLast := o.Layout == string(onnx.HWC)
		last = &isLast
	}
	n, err := n.ForImages(last)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, hint(err))
	}
	if s := n.Image; o.Size != (optionflags.Size{}) && (s[1] != o.Size.H || s[2] != o.Size.W) {
		return nil, usage.Errorf("images of %d×%d asked for (--size or --crop), but the network takes %d×%d", o.Size.W, o.Size.H, s[2], s[1])
	}
	return n, nil
}

// hint adds the flag that helps to the error of a network that leaves something open.
func hint(err error) error {
	flag := ""
	switch {
	case errors.Is(err, onnx.ErrSizeFree):
		flag = "--size N or HxW says it"
	case errors.Is(err, onnx.ErrLayout), errors.Is(err, nn.ErrOrder):
		flag = "--layout chw or hwc says it"
	default:
		return err
	}
	return usage.Error{Err: fmt.Errorf("%w (%s)", err, flag)}
}
