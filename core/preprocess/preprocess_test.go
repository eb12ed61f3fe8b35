package preprocess

import (
	"fmt"
	"math"
	"os"
	"strings"
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
	split := func(a, b []float32) *nn.Network { // as torchvision's Inception
		n := &nn.Network{Image: nn.Shape{3, 4, 4}}
		var parts []nn.Value
		for c := range 3 {
			for _, o := range []nn.Op{&nn.Slice{Start: []int{c, 0, 0}, Step: []int{1, 1, 1}, Shape: nn.Shape{1, 4, 4}}, scale(a[c]), shift(b[c])} {
				in := nn.Value(len(n.Layers))
				if _, ok := o.(*nn.Slice); ok {
					in = nn.Input
				}
				n.Layers = append(n.Layers, nn.Layer{Name: fmt.Sprint(len(n.Layers)), Op: o, In: []nn.Value{in}})
			}
			parts = append(parts, nn.Value(len(n.Layers)))
		}
		n.Layers = append(n.Layers, nn.Layer{Name: "joined", Op: &nn.Concat{}, In: parts})
		n.Output = nn.Value(len(n.Layers))
		return n
	}
	rereads := split([]float32{1, 1, 1}, []float32{1, 1, 1})
	rereads.Layers = append(rereads.Layers, nn.Layer{Name: "again", Op: &nn.Relu{}, In: []nn.Value{nn.Input}})
	// Patches of one pixel. Deviations are .25 along (.6, .8, 0), .1 along (-.8, .6, 0) and (0, 0, 1); a fourth filter is zero.
	whitens := func(mean, flaw float32) *nn.Conv {
		filters, biases := []float32{2.4, 3.2, 0, -8, 6, 0, 0, 0, 10, 0, 0, 0}, []float32{-5.6 * mean, 2 * mean, -10 * mean, 0}
		for _, list := range []*[]float32{&filters, &biases} {
			for _, x := range *list {
				*list = append(*list, -x)
			}
		}
		filters[12] += flaw
		return &nn.Conv{Weight: &nn.Param{Shape: []int{8, 3, 1, 1}, Data: filters}, Bias: vec(biases...), Groups: 1}
	}
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
		{"Keras's Rescaling", chain(scale(1. / 255)), "0.000 255.000 0 to 255"},
		{"and its Normalization", chain(scale(1./255), shift(-.485, -.456, -.406), scale(1/.229, 1/.224, 1/.225)), "123.675 58.395 0 to 255"},
		{"to 255 inside", chain(scale(255), shift(-123, -117, -104)), "0.482 0.004 0 to 1"},
		{"-1 to 1", chain(scale(2), shift(-1)), "0.500 0.500 0 to 1"},
		{"of channels last", chain(&nn.Transpose{Perm: []int{2, 0, 1}}, scale(1./127.5), shift(-1)), "127.500 127.500 0 to 255"},
		{"batch normalization of pixels", chain(norm(.45, .07)), "0.450 0.265 0 to 1"},
		{"batch normalization of bytes", chain(norm(115, 4600)), "115.000 67.823 0 to 255"},
		{"batch normalization of normalized pixels", chain(norm(.02, 1.1)), "0.020 1.049 normalized"},
		{"whitened pixels", chain(whitens(.45, 0), &nn.Relu{}), "0.450 0.170 0 to 1"},
		{"whitened bytes", chain(whitens(115, 0), &nn.Relu{}), "115.000 0.170 0 to 255"},
		{"nearly whitened pixels", chain(whitens(.45, .1), &nn.Relu{}), ""},
		{"opposite filters without a mean", chain(whitens(0, 0), &nn.Relu{}), ""},
		{"whitened after something else", chain(&nn.Relu{}, whitens(.45, 0)), ""},
		{"a convolution that is none", chain(&nn.Conv{Weight: &nn.Param{Shape: []int{3, 3, 1, 1}, Data: []float32{10, 0, 0, 0, 10, 0, 0, 0, 10}},
			Stride: [2]int{1, 1}, Dilation: [2]int{1, 1}, Groups: 1}), ""},
		{"each channel by itself", split([]float32{1 / .229, 1 / .224, 1 / .225}, []float32{-.485 / .229, -.456 / .224, -.406 / .225}),
			"0.485 0.229 0 to 1"},
		{"from ImageNet's to -1 to 1", split([]float32{.229 / .5, .224 / .5, .225 / .5}, []float32{-.03, -.088, -.188}), "0.066 2.183 normalized"},
		{"each channel, and the image again", rereads, ""},
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

func TestDoubts(t *testing.T) {
	v := func(x ...float32) []float32 { return x }
	for _, c := range []struct {
		name string
		Spec
		says []string // parts of the doubts
	}{
		{"torchvision's means of bytes", Spec{1, v(123.675, 116.28, 103.53), v(58.395, 57.12, 57.375), false},
			[]string{"--mean 123.675,116.28,103.53 is above every pixel, as --scale 1 makes them 0 to 1: such a mean belongs to --scale 255",
				"--std 58.395,57.12,57.375 leaves next to nothing"}},
		{"means of bytes alone", Spec{1, v(123, 117, 104), nil, false}, []string{"--scale 255", "without --std"}},
		{"means of pixels with 255", Spec{255, v(.485, .456, .406), v(.229, .224, .225), false},
			[]string{"--mean 0.485,0.456,0.406 is next to nothing for pixels from 0 to 255: such a mean belongs to --scale 1",
				"--std 0.229,0.224,0.225 is next to nothing"}},
		{"a deviation of pixels with 255", Spec{255, v(123, 117, 104), v(.229), false}, []string{"--std 0.229 is next to nothing"}},
		{"a mean without a deviation", Spec{1, v(.485, .456, .406), nil, false}, []string{"without --std"}},
		{"a deviation without a mean", Spec{1, nil, v(.229, .224, .225), false}, []string{"without --mean"}},
		{"in the order of Caffe", Spec{255, v(104, 117, 123), nil, true}, nil},
		{"ImageNet's, reversed", Spec{1, v(.406, .456, .485), v(.225, .224, .229), false}, []string{"imagenet in the order B,G,R"}},
		{"Keras's, reversed", Spec{255, v(103.939, 116.779, 123.68), nil, true}, []string{"caffe in the order B,G,R"}},
		{"bytes as they are", Spec{255, nil, v(255), false}, nil},
		{"-1 to 1 of bytes", Spec{255, v(127.5), v(127.5), false}, nil},
		{"ImageNet's of bytes", Spec{255, v(123.675, 116.28, 103.53), v(58.395, 57.12, 57.375), false}, nil},
		{"MNIST with a mean over all", Spec{1, v(.1), v(.3), false}, nil},
	} {
		expectDoubts(t, c.name, c.Doubts(), c.says)
	}
	for _, p := range Presets() {
		expectDoubts(t, p.Name, p.Doubts(), nil)
		expectDoubts(t, p.Name+" for gray", p.For(1).Doubts(), nil)
	}
}

func expectDoubts(t *testing.T, name string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: doubts %q, want %q", name, got, want)
		return
	}
	for i, part := range want {
		if !strings.Contains(got[i], part) {
			t.Errorf("%s: doubt %q, want %q in it", name, got[i], part)
		}
	}
}

func TestDoubtsForNetwork(t *testing.T) {
	in := func(op string, mean, std float64) *Inside {
		return &Inside{Layers: []string{"first"}, Op: op, Mean: []float64{mean}, Std: []float64{std}}
	}
	unit, bytes, normalized := in("Affine", .45, .22), in("Affine", 0, 255), in("BatchNorm", 0, 1)
	for _, c := range []struct {
		preset string
		inside *Inside
		says   string // part of the only doubt; "" for none
	}{
		{"none", nil, ""},
		{"imagenet", nil, ""},
		{"none", unit, ""},
		{"imagenet", unit, "this is done twice: it begins with (x - 0.45)/0.22"},
		{"0-255", unit, "done twice"},
		{"none", bytes, "--preset 0-255"},
		{"0-255", bytes, ""},
		{"imagenet", bytes, "done twice"},
		{"caffe", bytes, "done twice"},
		{"none", normalized, "want normalized pixels"},
		{"imagenet", normalized, ""},
		{"none", in("Affine", 7, 1e6), ""},
	} {
		p, err := Lookup(c.preset)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		if c.says != "" {
			want = []string{c.says}
		}
		expectDoubts(t, fmt.Sprintf("%s and %v", c.preset, c.inside), p.DoubtsFor(c.inside), want)
	}
}

// docs/networks.md has the table of the presets.
func TestPresetsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/networks.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range Presets() {
		numbers := "`" + p.Spec.String() + "`"
		if p.IsZero() {
			numbers = "pixels as they are"
		}
		if row := fmt.Sprintf("| `%s` | %s | %s |\n", p.Name, numbers, p.Summary); !strings.Contains(string(doc), row) {
			t.Errorf("docs/networks.md lacks %q", row)
		}
	}
}
