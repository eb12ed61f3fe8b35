package preprocess

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"steady/core/nn"
)

// Inside is a normalization that a network begins with: (pixel - Mean)/Std.
type Inside struct {
	Layers []string // their names
	Op     string   // of the last: "Affine", "BatchNorm", "Conv", "Concat", or "Whitening", a Conv
	Mean   []float64
	Std    []float64
}

// FindInside returns the normalization at the beginning of a network, or nil if there is none. It is what multiplies or
// shifts whole channels of the image, or whitens its patches, before anything else reads it. The network need not be whole.
func FindInside(n *nn.Network) *Inside {
	if n == nil || len(n.Image) == 0 {
		return nil
	}
	var found Inside
	readers := soleReaders(n)
	if found, ok := splitChannels(n, readers); ok {
		return found
	}
	if first := readers[nn.Input]; first >= 0 {
		if found := whitening(n.Layers[first]); found != nil {
			return found
		}
	}
	scale, shift := []float64{1}, []float64{0}
	for v := nn.Input; ; {
		l := readers[v]
		if l < 0 {
			break
		}
		switch n.Layers[l].Op.(type) {
		case *nn.Reshape, *nn.Transpose:
			v = nn.Value(l + 1)
			continue
		}
		a, b, ok := channelwise(n.Layers[l].Op)
		if !ok || !compose(&scale, &shift, a, b) {
			break
		}
		found.Layers = append(found.Layers, n.Layers[l].Name)
		found.Op = nn.OpName(n.Layers[l].Op)
		v = nn.Value(l + 1)
		if found.Op == "BatchNorm" {
			break // what follows is the network
		}
	}
	same := true
	for i := range scale {
		same = same && scale[i] == 1 && shift[i%len(shift)] == 0
	}
	if found.Op == "" || same {
		return nil
	}
	for i := range scale {
		found.add(scale[i], shift[i])
	}
	if found.Op == "Conv" && found.Range() == Unknown { // a layer like others, by chance of the size of a normalization
		return nil
	}
	return &found
}

// add adds a channel that becomes x·scale + shift.
func (i *Inside) add(scale, shift float64) {
	i.Mean = append(i.Mean, 0-shift/scale)
	i.Std = append(i.Std, 1/math.Abs(scale))
}

// splitChannels returns the normalization of a network that takes each channel out of the image, scales and shifts it, and
// puts them together again, as torchvision's GoogLeNet and Inception do.
func splitChannels(n *nn.Network, readers []int) (*Inside, bool) {
	channels := n.Image[0]
	found := &Inside{Op: "Concat"}
	for _, l := range n.Layers {
		o, ok := l.Op.(*nn.Slice)
		if len(l.In) == 0 || l.In[0] != nn.Input {
			continue
		}
		if !ok || len(o.Start) != 3 || o.Shape.Size()*channels != n.Image.Size() || o.Start[0] != len(found.Mean) {
			return nil, false // something else reads the image
		}
		found.Mean = append(found.Mean, 0)
	}
	if len(found.Mean) != channels || channels < 2 || channels > maxChannels {
		return nil, false
	}
	found.Mean = nil
	for c, l := range n.Layers {
		if len(l.In) == 0 || l.In[0] != nn.Input {
			continue
		}
		scale, shift := []float64{1}, []float64{0}
		for v := nn.Value(c + 1); ; {
			reader := readers[v]
			if reader < 0 {
				return nil, false
			}
			v = nn.Value(reader + 1)
			if _, ok := n.Layers[reader].Op.(*nn.Reshape); ok {
				continue
			}
			if _, ok := n.Layers[reader].Op.(*nn.Concat); ok {
				found.Layers = []string{n.Layers[reader].Name}
				break
			}
			a, b, ok := channelwise(n.Layers[reader].Op)
			if !ok || len(a) != 1 || len(b) != 1 || !compose(&scale, &shift, a, b) {
				return nil, false
			}
		}
		found.add(scale[0], shift[0])
	}
	return found, true
}

// soleReaders returns, for each value, the index of the only layer that reads it, or -1.
func soleReaders(n *nn.Network) []int {
	readers := slices.Repeat([]int{-1}, len(n.Layers)+1)
	seen := make([]bool, len(readers))
	for i, l := range n.Layers {
		for _, v := range l.In {
			if readers[v] = i; seen[v] {
				readers[v] = -1
			}
			seen[v] = true
		}
	}
	return readers
}

// maxChannels is the largest number of channels of an image.
const maxChannels = 4

// channelwise returns an operation as x·a + b with a number for all, or one for each channel.
func channelwise(o nn.Op) (a, b []float64, ok bool) {
	switch o := o.(type) {
	case *nn.Affine:
		a, b = paramOf(o.Scale, 1), paramOf(o.Shift, 0)
	case *nn.BatchNorm:
		for c := range o.Mean.Data {
			// Scale and Shift are trained: what the layer takes is said by the statistics.
			deviation := math.Sqrt(float64(o.Variance.Data[c]) + float64(o.Epsilon))
			a = append(a, 1/deviation)
			b = append(b, -float64(o.Mean.Data[c])/deviation)
		}
	case *nn.Conv:
		a, b = diagonal(o)
	}
	for _, x := range a {
		if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, nil, false
		}
	}
	return a, b, len(a) > 0 && len(a) <= maxChannels && len(b) > 0 && len(b) <= maxChannels
}

func paramOf(p *nn.Param, absent float64) []float64 {
	if p == nil {
		return []float64{absent}
	}
	if len(p.Data) > maxChannels {
		return nil
	}
	wide := make([]float64, len(p.Data))
	for i, x := range p.Data {
		wide[i] = float64(x)
	}
	return wide
}

// diagonal returns a 1×1 convolution that only scales and shifts channels, perhaps in the reverse order, or nothing.
func diagonal(o *nn.Conv) (a, b []float64) {
	s := o.Weight.Shape
	channels := s[0]
	if len(s) != 4 || s[2] != 1 || s[3] != 1 || channels > maxChannels || o.Groups != 1 && o.Groups != channels ||
		s[1]*o.Groups != channels || o.Stride != [2]int{1, 1} {
		return nil, nil
	}
	b = make([]float64, channels)
	if o.Bias != nil {
		b = paramOf(o.Bias, 0)
	}
	if o.Groups == channels {
		return paramOf(o.Weight, 1), b
	}
	a = make([]float64, channels)
	shift := make([]float64, channels)
	var order int // 1: as they are, -1: in reverse
	for to := range channels {
		for from := range channels {
			w := float64(o.Weight.Data[to*channels+from])
			if w == 0 {
				continue
			}
			if to != from && to != channels-1-from {
				return nil, nil
			}
			if 2*to != channels-1 || from != to {
				direction := 1
				if to != from {
					direction = -1
				}
				if order != 0 && order != direction {
					return nil, nil
				}
				order = direction
			}
			a[from], shift[from] = w, b[to]
		}
	}
	return a, shift
}

// compose puts x·a + b after x·scale + shift, and reports whether the numbers of channels agree.
func compose(scale, shift *[]float64, a, b []float64) bool {
	n := max(len(*scale), len(*shift), len(a), len(b))
	for _, list := range [][]float64{*scale, *shift, a, b} {
		if len(list) != 1 && len(list) != n {
			return false
		}
	}
	s, t := make([]float64, n), make([]float64, n)
	for c := range n {
		at := func(list []float64) float64 { return list[c%len(list)] }
		s[c] = at(*scale) * at(a)
		t[c] = at(*shift)*at(a) + at(b)
	}
	*scale, *shift = s, t
	return true
}

// String says how the network begins.
func (i *Inside) String() string {
	last := i.Layers[len(i.Layers)-1]
	if what, ok := map[string]string{"BatchNorm": "batch normalization", "Whitening": "whitening convolution"}[i.Op]; ok {
		return fmt.Sprintf("it begins with a %s that has seen pixels of mean %s and standard deviation %s (%.60q)",
			what, perChannel(i.Mean), perChannel(i.Std), last)
	}
	return fmt.Sprintf("it begins with (x - %s)/%s (%.60q)", perChannel(i.Mean), perChannel(i.Std), last)
}

// perChannel writes one number for each channel, or the one that all share.
func perChannel(list []float64) string {
	words := make([]string, len(list))
	for i, x := range list {
		words[i] = fmt.Sprintf("%.4g", x)
	}
	if slices.ContainsFunc(words, func(w string) bool { return w != words[0] }) {
		return strings.Join(words, ",")
	}
	return words[0]
}

// Range is what the pixels are that a network takes.
type Range string

// The ranges.
const (
	Unknown    Range = ""
	Unit       Range = "0 to 1"
	Bytes      Range = "0 to 255"
	Normalized Range = "normalized"
)

// Range returns the pixels that the normalization makes sense for.
func (i *Inside) Range() Range {
	var mean, std float64 // the largest
	least := math.Inf(1)
	for c := range i.Mean {
		mean, std, least = max(mean, math.Abs(i.Mean[c])), max(std, i.Std[c]), min(least, i.Mean[c])
	}
	switch {
	case std < 512 && (mean > 2 && mean < 256 || std > 16):
		return Bytes
	case mean <= 1 && least > 0.05 && (std <= 0.75 || std <= 1 && least > 0.2):
		return Unit
	case mean == 0 && math.Abs(255*std-1) < 0.01: // the network makes bytes of them
		return Unit
	case i.Op == "BatchNorm" && std > 0.75 && std < 2 && mean < 0.5,
		i.Op == "Concat" && std > 2 && std < 2.4 && mean < 0.5: // from ImageNet's mean and deviation to -1 to 1
		return Normalized
	}
	return Unknown
}
