package preprocess

import (
	"math"
	"slices"

	"steady/core/nn"
)

// whitening returns the pixels that a layer has seen that whitens patches of the image, as package train makes it; nil if
// it is another layer. Its filters are eigenvectors of the patches' covariance, each divided by the deviation along it, and
// then all of them with the opposite sign; the biases take the mean away.
func whitening(l nn.Layer) *Inside {
	o, ok := l.Op.(*nn.Conv)
	if !ok || o.Bias == nil || o.Groups != 1 || len(o.Weight.Shape) != 4 {
		return nil
	}
	pairs, channels := o.Weight.Shape[0]/2, o.Weight.Shape[1]
	size := nn.Shape(o.Weight.Shape[1:]).Size()
	if pairs == 0 || channels > maxChannels || !areOpposite(o.Weight.Data, pairs*size) || !areOpposite(o.Bias.Data, pairs) {
		return nil
	}
	pixels := size / channels // of a channel in a patch
	mean, variance := make([]float64, channels), make([]float64, channels)
	for k := range pairs {
		filter := o.Weight.Data[k*size:][:size]
		var precision float64 // 1 / variance along the eigenvector
		for _, w := range filter {
			precision += float64(w) * float64(w)
		}
		if precision == 0 {
			continue // there are fewer eigenvectors
		}
		for i, w := range filter {
			along := float64(w) / precision
			mean[i/pixels] -= float64(o.Bias.Data[k]) * along / float64(pixels)
			variance[i/pixels] += along * along / float64(pixels)
		}
	}
	found := &Inside{Layers: []string{l.Name}, Op: "Whitening", Mean: mean}
	for _, v := range variance {
		found.Std = append(found.Std, math.Sqrt(v))
	}
	if found.Range() == Unknown {
		return nil
	}
	return found
}

// areOpposite reports whether there are 2·n numbers, of which the second half has the opposite signs.
func areOpposite(list []float32, n int) bool {
	return len(list) == 2*n && slices.EqualFunc(list[:n], list[n:], func(a, b float32) bool { return a == -b })
}
