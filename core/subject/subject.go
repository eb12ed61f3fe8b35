package subject

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/nn"
	"steady/core/random"
)

// largeSide is the side of the smallest networks that images are cropped for with a margin. Images for smaller ones, such as
// those of CIFAR and Tiny ImageNet in folders, are made in their size.
const largeSide = 128

// Preparation returns how the images of a set are scaled and cropped for inputs of a shape, and what to call that.
func Preparation(images *dataset.Images, shape nn.Shape, d bench.Data) (o eval.Options, text string, err error) {
	h, w := shape[1], shape[2]
	switch {
	case d.Crop > 0 && (w != d.Crop || h != d.Crop):
		return o, "", d.Wrong(fmt.Sprintf("a crop of %d pixels, but a network takes images of %d×%d", d.Crop, w, h))
	case d.Resize > 0 || d.Crop > 0:
		o = eval.Options{Resize: d.Resize, Crop: true}
	case images.W == 0 && min(w, h) < largeSide: // of any size: those that fit stay as they are
		o = eval.Options{Resize: min(w, h), Crop: true}
	case images.W == 0: // with a margin, as is usual for ImageNet: 256 for 224
		o = eval.Options{Resize: (min(w, h)*8 + 6) / 7, Crop: true}
	}
	text = fmt.Sprintf("input=%d×%d×%d", shape[0], h, w)
	if o.Crop {
		text = fmt.Sprintf("resize=%d crop %s", o.Resize, text)
	}
	return o, text, nil
}

// maxSide bounds the sides of images that are shown: results from elsewhere may say anything.
const maxSide = 4096

// ParsePreparation reads what Preparation calls one.
func ParsePreparation(text string) (shape nn.Shape, o eval.Options, err error) {
	shape = make(nn.Shape, 3)
	n, _ := fmt.Sscanf(text, "resize=%d crop input=%d×%d×%d", &o.Resize, &shape[0], &shape[1], &shape[2])
	if o.Crop = n == 4; !o.Crop {
		o.Resize = 0
		n, _ = fmt.Sscanf(text, "input=%d×%d×%d", &shape[0], &shape[1], &shape[2])
	}
	side := func(n int) bool { return n > 0 && n <= maxSide }
	if n < 3 || !side(shape[1]) || !side(shape[2]) || o.Resize != 0 && !side(o.Resize) {
		return nil, o, fmt.Errorf("images prepared as %.80q, which this program does not know", text)
	}
	return shape, o, nil
}

// Input returns what of a network's input and output its file does not say: a cell's Input. matched has the labels as classes
// of the network.
func Input(m bench.Model, images, matched *dataset.Images) string {
	var parts []string
	if text := m.Preprocess.String(); text != "" {
		parts = append(parts, text)
	}
	if m.Output != "" {
		parts = append(parts, "output="+m.Output)
	}
	if m.Layout != "" {
		parts = append(parts, "layout="+m.Layout)
	}
	if !slices.Equal(images.Labels, matched.Labels) {
		b, err := json.Marshal(matched.Labels)
		if err != nil {
			panic(err) // numbers
		}
		sum := sha256.Sum256(b)
		parts = append(parts, "labels="+hex.EncodeToString(sum[:]))
	}
	return strings.Join(parts, " ")
}

// Sample returns n images of a set, drawn with a seed, and their places: ascending, or in the order in which they were drawn,
// so that the first ones are a sample too.
func Sample(images *dataset.Images, n int, seed uint64, drawn bool) (*dataset.Images, []int) {
	indices := random.New(seed, 0, "sample", 0).Perm(images.Len())[:n]
	if !drawn {
		slices.Sort(indices)
	}
	return images.Select(indices), indices
}

// SampleHash returns the hash of a sample from that of the set.
func SampleHash(hash string, indices []int, seed uint64) string {
	order := ""
	if !slices.IsSorted(indices) {
		order = " as drawn"
	}
	return fmt.Sprintf("%s sample=%d seed=%d%s", hash, len(indices), seed, order)
}
