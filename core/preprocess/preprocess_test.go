package preprocess

import (
	"fmt"
	"math"
	"testing"

	"steady/core/nn"
)

// The numbers are those of torchvision, Keras's imagenet_utils and OpenAI's CLIP, and the statistics of the training sets.
func TestPresets(t *testing.T) {
	for name, want := range map[string]string{
		"none":     "",
		"imagenet": "--mean 0.485,0.456,0.406 --std 0.229,0.224,0.225",
		"tf":       "--mean 0.5 --std 0.5",
		"caffe":    "--scale 255 --mean 123.68,116.779,103.939 --bgr",
		"0-255":    "--scale 255",
		"cifar10":  "--mean 0.4914,0.4822,0.4465 --std 0.247,0.2435,0.2616",
		"cifar100": "--mean 0.5071,0.4865,0.4409 --std 0.2673,0.2564,0.2762",
		"mnist":    "--mean 0.1307 --std 0.3081",
		"fashion":  "--mean 0.286 --std 0.353",
		"clip":     "--mean 0.48145467,0.4578275,0.40821072 --std 0.26862955,0.2613026,0.2757771",
	} {
		p, err := Lookup(name)
		if err != nil || p.String() != want {
			t.Errorf("%s: %q, %v, want %q", name, p.String(), err, want)
		}
		if p.Spec.Name() != name {
			t.Errorf("the numbers of %s are found as %q", name, p.Spec.Name())
		}
		if p.IsZero() != (name == "none") {
			t.Errorf("%s: IsZero is %v", name, p.IsZero())
		}
	}
	if _, err := Lookup("imagnet"); err == nil {
		t.Error("a preset that does not exist is found")
	}
	if name := (Spec{Scale: 1, Mean: []float32{0.485, 0.456, 0.406}, Std: []float32{0.229, 0.224}}).Name(); name != "" {
		t.Errorf("numbers of two channels are found as %q", name)
	}
}

func TestFor(t *testing.T) {
	p, _ := Lookup("caffe")
	if got := p.For(1); got.BGR || len(got.Mean) != 1 || math.Abs(float64(got.Mean[0])-114.79933) > 1e-4 {
		t.Errorf("caffe for gray images: %+v", got)
	}
	if got := p.For(3); got.String() != p.String() {
		t.Errorf("caffe for color images: %+v", got)
	}
}

func TestFindInside(t *testing.T) {
	vec := func(v ...float32) *nn.Param { return &nn.Param{Shape: []int{len(v)}, Data: v} }
	chain := func(ops ...nn.Op) *nn.Network {
		n := &nn.Network{Image: nn.Shape{3, 4, 4}, Output: nn.Value(len(ops))}
		for i, o := range ops {
			n.Layers = append(n.Layers, nn.Layer{Name: fmt.Sprint(i), Op: o, In: []nn.Value{nn.Value(i)}})
		}
		return n
	}
	shift := func(v ...float32) nn.Op { return &nn.Affine{Shift: vec(v...)} }
	scale := func(v ...float32) nn.Op { return &nn.Affine{Scale: vec(v...)} }
	norm := func(mean, variance float32) nn.Op {
		return &nn.BatchNorm{Scale: vec(7, 7, 7), Shift: vec(9, 9, 9), Mean: vec(mean, mean, mean),
			Variance: vec(variance, variance, variance)}
	}
	imagenet, _ := Lookup("imagenet")
	caffe, _ := Lookup("caffe")
	two := chain(scale(2), &nn.Relu{})
	two.Layers[1].In[0] = nn.Input
	for _, c := range []struct {
		name string
		n    *nn.Network
		want string // mean, deviation and range; "" for none
	}{
		{"nothing", chain(&nn.Relu{}), ""},
		{"no layers", chain(), ""},
		{"identity", chain(scale(1), &nn.Relu{}), ""},
		{"after something else", chain(&nn.Relu{}, scale(2)), ""},
		{"the image is read again", two, ""},
		{"Sub, Div", chain(shift(-0.485, -0.456, -0.406), scale(1/.229, 1/.224, 1/.225), &nn.Relu{}), "0.485 0.229 0 to 1"},
		{"of bytes", chain(shift(-123.675, -116.28, -103.53), scale(1/58.395, 1/57.12, 1/57.375)), "123.675 58.395 0 to 255"},
		{"only a mean", chain(shift(-123.68, -116.779, -103.939)), "123.680 1.000 0 to 255"},
		{"Keras's Rescaling", chain(scale(1./255)), "0.000 255.000 0 to 255"},
		{"and its Normalization", chain(scale(1./255), shift(-.485, -.456, -.406), scale(1/.229, 1/.224, 1/.225)), "123.675 58.395 0 to 255"},
		{"to 255 inside", chain(scale(255), shift(-123, -117, -104)), "0.482 0.004 0 to 1"},
		{"-1 to 1", chain(scale(2), shift(-1)), "0.500 0.500 0 to 1"},
		{"of channels last", chain(&nn.Transpose{Perm: []int{2, 0, 1}}, scale(1./127.5), shift(-1)), "127.500 127.500 0 to 255"},
		{"batch normalization of pixels", chain(norm(.45, .07)), "0.450 0.265 0 to 1"},
		{"batch normalization of bytes", chain(norm(115, 4600)), "115.000 67.823 0 to 255"},
		{"batch normalization of normalized pixels", chain(norm(.02, 1.1)), "0.020 1.049 normalized"},
		{"our own", chain(&nn.Relu{}).Normalized(imagenet.Mean, imagenet.Std, 1, false), "0.485 0.229 0 to 1"},
		{"our own, reversed", chain(&nn.Relu{}).Normalized(caffe.Mean, caffe.Std, 255, true), "0.485 0.004 0 to 1"},
	} {
		got := ""
		if in := FindInside(c.n); in != nil {
			got = fmt.Sprintf("%.3f %.3f %s", in.Mean[0], in.Std[0], in.Range())
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
