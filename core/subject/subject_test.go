package subject

import (
	"slices"
	"testing"

	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/dataset/fashion"
	"steady/core/nn"
)

// What Preparation writes is read.
func TestParsePreparation(t *testing.T) {
	folder, fixed := &dataset.Images{C: 3}, &dataset.Images{C: 3, W: 32, H: 32}
	for _, c := range []struct {
		images *dataset.Images
		shape  nn.Shape
		data   bench.Data
	}{{folder, nn.Shape{3, 224, 224}, bench.Data{}}, {folder, nn.Shape{3, 224, 160}, bench.Data{Resize: 300}}, {fixed, nn.Shape{1, 32, 32}, bench.Data{}},
		{fixed, nn.Shape{3, 24, 24}, bench.Data{Crop: 24}}} {
		want, text, err := Preparation(c.images, c.shape, c.data)
		if err != nil {
			t.Fatal(err)
		}
		shape, o, err := ParsePreparation(text)
		if err != nil || !slices.Equal(shape, c.shape) || o != want {
			t.Errorf("%s: %v %+v, %v, want %v %+v", text, shape, o, err, c.shape, want)
		}
	}
	for _, text := range []string{"", "input=3×32", "resize=256 input=3×32×32", "resize=0 crop input=3×0×0", "resize=8 crop input=3×-4×4",
		"input=3×99999×99999", "resize=99999 crop input=3×32×32", "resize=-1 crop input=3×32×32"} {
		if _, _, err := ParsePreparation(text); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

// Images of any size are cropped with a margin for networks such as those for ImageNet; for small ones they stay as they are if
// they have the size.
func TestPreparation(t *testing.T) {
	for side, want := range map[int]string{32: "resize=32 crop input=3×32×32", 64: "resize=64 crop input=3×64×64", 127: "resize=127 crop input=3×127×127",
		128: "resize=147 crop input=3×128×128", 224: "resize=256 crop input=3×224×224", 299: "resize=342 crop input=3×299×299"} {
		if _, text, err := Preparation(&dataset.Images{C: 3}, nn.Shape{3, side, side}, bench.Data{}); err != nil || text != want {
			t.Errorf("for %d pixels: %s, %v, want %s", side, text, err, want)
		}
	}
}

// Of a sample in the order of its drawing, the first images are those of a smaller sample.
func TestSampleOrder(t *testing.T) {
	set := fashion.Test().Images()
	_, ascending := Sample(set, 30, 7, false)
	images, drawn := Sample(set, 30, 7, true)
	_, fewer := Sample(set, 10, 7, true)
	if !slices.Equal(fewer, drawn[:10]) || slices.IsSorted(drawn) || images.Labels[3] != set.Labels[drawn[3]] {
		t.Errorf("%v, %v", drawn, fewer)
	}
	if a, b := SampleHash("x", ascending, 7), SampleHash("x", drawn, 7); a != "x sample=30 seed=7" || b != a+" as drawn" {
		t.Errorf("%s, %s", a, b)
	}
	slices.Sort(drawn)
	if !slices.Equal(ascending, drawn) {
		t.Errorf("%v, not the same images as %v", drawn, ascending)
	}
}
