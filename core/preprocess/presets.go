package preprocess

import (
	"fmt"
	"strconv"
	"strings"

	"steady/core/nn"
)

// Spec is what a network expects to be done to pixels in [0,1]: (pixel·Scale - Mean)/Std for each channel.
type Spec struct {
	Scale float32   `json:"scale"`
	Mean  []float32 `json:"mean"` // one number, or one for each channel in the order R, G, B; none for 0
	Std   []float32 `json:"std"`  // the same; none for 1
	BGR   bool      `json:"bgr"`  // the network takes blue, green, red
}

// Preset is a usual way in which networks take their pixels.
type Preset struct {
	Name    string `json:"name"`
	Title   string `json:"title"`   // in a menu
	Summary string `json:"summary"` // whose networks want it
	Spec
}

var presets = []Preset{
	{"none", "as they are, 0 to 1", "networks that normalize by themselves; Ultralytics classifiers", spec(1, rgb(), rgb())},
	{"imagenet", "ImageNet's mean and deviation", "torchvision, and most of timm and Hugging Face",
		spec(1, rgb(0.485, 0.456, 0.406), rgb(0.229, 0.224, 0.225))},
	{"tf", "-1 to 1", "TensorFlow and Keras (Inception, MobileNet, Xception), ViT and BEiT on Hugging Face",
		spec(1, rgb(0.5), rgb(0.5))},
	{"caffe", "0 to 255, B, G, R, minus the mean", "Caffe, and Keras's ResNet, VGG and DenseNet of those weights",
		Spec{255, rgb(123.68, 116.779, 103.939), rgb(1), true}},
	{"0-255", "0 to 255", "Keras's EfficientNet and ConvNeXt, networks that scale by themselves", spec(255, rgb(), rgb())},
	{"cifar10", "CIFAR-10's mean and deviation", "most networks for CIFAR-10",
		spec(1, rgb(0.4914, 0.4822, 0.4465), rgb(0.247, 0.2435, 0.2616))},
	{"cifar100", "CIFAR-100's mean and deviation", "most networks for CIFAR-100",
		spec(1, rgb(0.5071, 0.4865, 0.4409), rgb(0.2673, 0.2564, 0.2762))},
	{"mnist", "MNIST's mean and deviation", "PyTorch's example, and most networks for MNIST", spec(1, rgb(0.1307), rgb(0.3081))},
	{"fashion", "Fashion-MNIST's mean and deviation", "networks for Fashion-MNIST", spec(1, rgb(0.286), rgb(0.353))},
	{"clip", "CLIP's mean and deviation", "CLIP, and networks trained from it",
		spec(1, rgb(0.48145466, 0.4578275, 0.40821073), rgb(0.26862954, 0.26130258, 0.27577711))},
}

func rgb(v ...float32) []float32 { return append([]float32{}, v...) } // not nil: JSON has no null for it

func spec(scale float32, mean, std []float32) Spec { return Spec{Scale: scale, Mean: mean, Std: std} }

// Presets lists the presets; the first changes nothing.
func Presets() []Preset { return presets }

// Lookup finds a preset by its name.
func Lookup(name string) (Preset, error) {
	var names []string
	for _, p := range presets {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Preset{}, fmt.Errorf("%.40q: no preset has this name; valid: %s", name, strings.Join(names, ", "))
}

// IsZero reports whether pixels stay as they are.
func (s Spec) IsZero() bool {
	return s.Scale == 1 && allEqual(s.Mean, 0) && allEqual(s.Std, 1) && !s.BGR
}

func allEqual(list []float32, x float32) bool {
	for _, v := range list {
		if v != x {
			return false
		}
	}
	return true
}

// For returns the numbers for images of so many channels: a gray channel takes the mean of the three.
func (s Spec) For(channels int) Spec {
	if channels != 1 {
		return s
	}
	s.BGR = false
	s.Mean, s.Std = gray(s.Mean), gray(s.Std)
	return s
}

func gray(v []float32) []float32 {
	if len(v) != 3 {
		return v
	}
	return []float32{(v[0] + v[1] + v[2]) / 3}
}

// Apply puts the preprocessing in front of a network of 1 or 3 channels; see [nn.Network.Normalized].
func (s Spec) Apply(n *nn.Network) *nn.Network {
	if s.IsZero() {
		return n
	}
	return n.Normalized(s.Mean, s.Std, s.Scale, s.BGR)
}

// String returns the numbers as flags of the command.
func (s Spec) String() string {
	text := ""
	if s.Scale != 1 {
		text += " --scale " + number(s.Scale)
	}
	if !allEqual(s.Mean, 0) {
		text += " --mean " + numbers(s.Mean)
	}
	if !allEqual(s.Std, 1) {
		text += " --std " + numbers(s.Std)
	}
	if s.BGR {
		text += " --bgr"
	}
	return strings.TrimPrefix(text, " ")
}

// Name returns the name of the preset with these numbers, to a thousandth of their size, or "".
func (s Spec) Name() string {
	for _, p := range presets {
		if p.Scale == s.Scale && p.BGR == s.BGR && near(p.Mean, s.Mean, 0) && near(p.Std, s.Std, 1) {
			return p.Name
		}
	}
	return ""
}

// near reports whether two lists, of one number or one a channel, are equal but for rounding.
func near(a, b []float32, absent float32) bool {
	at := func(list []float32, i int) float32 {
		switch len(list) {
		case 0:
			return absent
		case 1:
			return list[0]
		}
		return list[i]
	}
	n := max(len(a), len(b), 1)
	if len(a) > 1 && len(a) != n || len(b) > 1 && len(b) != n {
		return false
	}
	for i := range n {
		x, y := at(a, i), at(b, i)
		if d := x - y; max(d, -d) > 0.002*max(x, -x) {
			return false
		}
	}
	return true
}

func number(x float32) string { return strconv.FormatFloat(float64(x), 'g', -1, 32) }

// numbers writes one number for each channel, or the one that all share.
func numbers(list []float32) string {
	if len(list) > 0 && allEqual(list, list[0]) {
		list = list[:1]
	}
	words := make([]string, len(list))
	for i, x := range list {
		words[i] = number(x)
	}
	return strings.Join(words, ",")
}
