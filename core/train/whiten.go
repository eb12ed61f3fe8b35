package train

import (
	"math"

	"steady/core/dataset"
	"steady/core/nn"
)

const (
	whitenImages = 5000 // that are looked at, of a larger set
	// whitenVariance is added to the variances, of pixels in [0,1]: directions in which patches hardly differ are noise, and
	// are not blown up to the same size as the others.
	whitenVariance = 5e-4
)

// whiten makes a convolution of the image one that whitens its patches, as the first layer of Jordan 2024 does. Its
// filters are the eigenvectors of the patches' covariance with the largest variances, divided by the deviation along them,
// and then the same with the opposite sign, so that nothing is lost in a Relu. The bias takes the mean away. There are
// filters for all eigenvectors, or for the first of them; a filter beyond is zero.
//
// Sums are of whole numbers, so that they are exact in any order.
func whiten(o *nn.Conv, set *dataset.Set) {
	patches := newPatches(o.Weight.Shape[1:])
	images := min(set.Len(), whitenImages)
	for i := range images {
		patches.add(set.Image(i*set.Len()/images), set.H, set.W)
	}
	mean, covariance := patches.moments()
	variances, vectors := eigen(covariance)
	size, pairs := len(mean), o.Weight.Shape[0]/2
	clear(o.Weight.Data)
	clear(o.Bias.Data)
	for k := range min(pairs, size) {
		scale := 1 / math.Sqrt(max(variances[k], 0)+whitenVariance)
		plus, minus := o.Weight.Data[k*size:][:size], o.Weight.Data[(pairs+k)*size:][:size]
		offset := 0.
		for j, x := range vectors[k] {
			plus[j], minus[j] = float32(x*scale), float32(-x*scale)
			offset += x * scale * mean[j]
		}
		o.Bias.Data[k], o.Bias.Data[pairs+k] = float32(-offset), float32(offset)
	}
}

// patches adds up patches of images, in bytes, and their products.
type patches struct {
	channels, rows, columns int
	count                   int64
	sum                     []int64
	products                [][]int64 // above the diagonal and on it
	patch                   []int64
}

func newPatches(shape []int) *patches {
	size := nn.Shape(shape).Size()
	p := &patches{channels: shape[0], rows: shape[1], columns: shape[2], sum: make([]int64, size), patch: make([]int64, size)}
	for range size {
		p.products = append(p.products, make([]int64, size))
	}
	return p
}

// add adds the patches of an image at every second row and column.
func (p *patches) add(pix []uint8, h, w int) {
	for y := 0; y+p.rows <= h; y += 2 {
		for x := 0; x+p.columns <= w; x += 2 {
			j := 0
			for c := range p.channels {
				for r := range p.rows {
					for _, v := range pix[(c*h+y+r)*w+x:][:p.columns] {
						p.patch[j] = int64(v)
						j++
					}
				}
			}
			for i, a := range p.patch {
				p.sum[i] += a
				row := p.products[i][i:]
				for k, b := range p.patch[i:] {
					row[k] += a * b
				}
			}
			p.count++
		}
	}
}

// moments returns the mean and the covariance of the patches, of pixels in [0,1].
func (p *patches) moments() (mean []float64, covariance [][]float64) {
	n := max(float64(p.count), 1)
	for i := range p.sum {
		mean = append(mean, float64(p.sum[i])/n/255)
		covariance = append(covariance, make([]float64, len(p.sum)))
	}
	for i := range mean {
		for j := i; j < len(mean); j++ {
			c := float64(p.products[i][j])/n/(255*255) - mean[i]*mean[j]
			covariance[i][j], covariance[j][i] = c, c
		}
	}
	return mean, covariance
}

// eigen returns the eigenvalues of a symmetric matrix, the largest first, and an eigenvector of length 1 for each, by
// Jacobi's rotations. The matrix is changed.
func eigen(a [][]float64) (values []float64, vectors [][]float64) {
	n := len(a)
	for i := range n {
		vectors = append(vectors, make([]float64, n)) // rows
		vectors[i][i] = 1
	}
	for range 100 {
		off, diagonal := 0., 0.
		for p := range n {
			diagonal += a[p][p] * a[p][p]
			for q := p + 1; q < n; q++ {
				off += a[p][q] * a[p][q]
				rotate(a, vectors, p, q)
			}
		}
		if off <= 1e-28*diagonal {
			break
		}
	}
	for i := range n { // the largest that is left to place i
		best := i
		for j := i + 1; j < n; j++ {
			if a[j][j] > a[best][best] {
				best = j
			}
		}
		a[i][i], a[best][best] = a[best][best], a[i][i]
		vectors[i], vectors[best] = vectors[best], vectors[i]
		values = append(values, a[i][i])
	}
	return values, vectors
}

// rotate turns the axes p and q of a matrix, and of the vectors, by the angle that makes a[p][q] zero.
func rotate(a, vectors [][]float64, p, q int) {
	if a[p][q] == 0 {
		return
	}
	theta := (a[q][q] - a[p][p]) / (2 * a[p][q])
	t := math.Copysign(1, theta) / (math.Abs(theta) + math.Sqrt(theta*theta+1))
	cos := 1 / math.Sqrt(t*t+1)
	sin := t * cos
	for k := range a {
		x, y := a[k][p], a[k][q]
		a[k][p], a[k][q] = cos*x-sin*y, sin*x+cos*y
	}
	for _, rows := range [][][]float64{a, vectors} {
		for k := range a {
			x, y := rows[p][k], rows[q][k]
			rows[p][k], rows[q][k] = cos*x-sin*y, sin*x+cos*y
		}
	}
}
