package nn_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"steady/core/nn"
)

func TestForImages(t *testing.T) {
	yes, no := true, false
	flat := func(n int, layers ...nn.Op) *nn.Network {
		net := &nn.Network{Image: nn.Shape{n}}
		for i, o := range append(layers, &nn.Relu{}) {
			net.Layers = append(net.Layers, nn.Layer{Name: string(rune('a' + i)), Op: o, In: []nn.Value{nn.Value(i)}})
		}
		net.Output = nn.Value(len(net.Layers))
		return net
	}
	for name, c := range map[string]struct {
		n      *nn.Network
		last   *bool
		want   nn.Shape
		layers string // in front
		is     error
	}{
		"an image":             {&nn.Network{Image: nn.Shape{3, 4, 5}}, nil, nn.Shape{3, 4, 5}, "", nil},
		"gray":                 {&nn.Network{Image: nn.Shape{4, 5}}, nil, nn.Shape{1, 4, 5}, "Reshape", nil},
		"a list":               {flat(784), nil, nn.Shape{1, 28, 28}, "Reshape", nil},
		"a row":                {&nn.Network{Image: nn.Shape{1, 784}}, nil, nn.Shape{1, 28, 28}, "Reshape", nil},
		"a column of pixels":   {&nn.Network{Image: nn.Shape{784, 1, 1}}, nil, nn.Shape{1, 28, 28}, "Reshape", nil},
		"an image in a row":    {&nn.Network{Image: nn.Shape{1, 1, 3072}}, &yes, nn.Shape{3, 32, 32}, "Transpose Reshape", nil},
		"an image of one row":  {&nn.Network{Image: nn.Shape{1, 1, 50}}, nil, nn.Shape{1, 1, 50}, "", nil},
		"a list of color":      {flat(3072), nil, nil, "", nn.ErrOrder},
		"channels first":       {flat(3072), &no, nn.Shape{3, 32, 32}, "Reshape", nil},
		"channels last":        {flat(3072), &yes, nn.Shape{3, 32, 32}, "Transpose Reshape", nil},
		"reshaped":             {flat(360, &nn.Reshape{Shape: nn.Shape{3, 10, 12}}), nil, nn.Shape{3, 10, 12}, "Reshape", nil},
		"reshaped to the last": {flat(360, &nn.Reshape{Shape: nn.Shape{10, 12, 3}}), nil, nn.Shape{3, 10, 12}, "Transpose Reshape", nil},
		"scaled and reshaped":  {flat(192, &nn.Clip{}, &nn.Reshape{Shape: nn.Shape{1, 8, 24}}), nil, nn.Shape{1, 8, 24}, "Reshape", nil},
		"reshaped to neither":  {flat(192, &nn.Reshape{Shape: nn.Shape{3, 64, 1}}), nil, nil, "", nn.ErrOrder},
		"a small list":         {flat(49), nil, nil, "", nn.ErrNotImages},
		"no square":            {flat(100 * 101), nil, nil, "", nn.ErrNotImages},
		"four channels":        {&nn.Network{Image: nn.Shape{4, 5, 5}}, nil, nil, "", nn.ErrNotImages},
		"a film":               {&nn.Network{Image: nn.Shape{3, 4, 5, 5}}, nil, nil, "", nn.ErrNotImages},
	} {
		before := len(c.n.Layers)
		got, err := c.n.ForImages(c.last)
		if !errors.Is(err, c.is) {
			t.Errorf("%s: %v, want %v", name, err, c.is)
		}
		if err != nil || c.is != nil {
			continue
		}
		var front []string
		for _, l := range got.Layers[:len(got.Layers)-before] {
			front = append(front, nn.OpName(l.Op))
		}
		if !slices.Equal(got.Image, c.want) || strings.Join(front, " ") != c.layers || (len(got.Notes) > 0) != (c.layers != "") {
			t.Errorf("%s: image %v behind %q, notes %q", name, got.Image, front, got.Notes)
		}
		if err := got.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
