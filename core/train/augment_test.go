package train

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"steady/core/dataset"
)

func TestPlace(t *testing.T) {
	set := &dataset.Set{C: 1, H: 3, W: 4}
	pix := []uint8{
		1, 2, 3, 4,
		5, 6, 7, 8,
		9, 10, 11, 12,
	}
	for _, c := range []struct {
		dy, dx int
		border string
		mirror bool
		want   []int
	}{
		{0, 0, Black, false, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}},
		{0, 0, Reflect, true, []int{4, 3, 2, 1, 8, 7, 6, 5, 12, 11, 10, 9}},
		{1, 2, Black, false, []int{7, 8, 0, 0, 11, 12, 0, 0, 0, 0, 0, 0}},
		{1, 2, "", true, []int{0, 0, 8, 7, 0, 0, 12, 11, 0, 0, 0, 0}},
		{-1, -1, Black, false, []int{0, 0, 0, 0, 0, 1, 2, 3, 0, 5, 6, 7}},
		{1, 2, Reflect, false, []int{7, 8, 7, 6, 11, 12, 11, 10, 7, 8, 7, 6}},
		{-2, -3, Reflect, false, []int{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
		{-1, 0, Reflect, false, []int{5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8}},
	} {
		got := make([]float32, 12)
		for i := range got {
			got[i] = 9 // of the image before
		}
		place(got, set, pix, c.dy, c.dx, c.border, c.mirror)
		for i, x := range got {
			if x != float32(c.want[i])/255 {
				t.Errorf("shift %d,%d %q mirror %v: %v·255, want %v", c.dy, c.dx, c.border, c.mirror, got, c.want)
				break
			}
		}
	}
}

// TestAugmentReachesEverything counts the shifts and mirrorings of an image whose values are all different.
func TestAugmentReachesEverything(t *testing.T) {
	set := &dataset.Set{C: 1, H: 8, W: 8, Labels: []int{0}}
	for i := range 64 {
		set.Pix = append(set.Pix, uint8(i+1))
	}
	seen, x := map[string]int{}, make([]float32, 64)
	const draws = 9000
	for i := range draws {
		augment(x, set, 0, &Config{Seed: uint64(i), RandomCrop: 1, Flip: RandomFlip}, 0)
		seen[fmt.Sprint(x)]++
	}
	if len(seen) != 18 {
		t.Errorf("%d images, want 3×3 shifts, mirrored or not", len(seen))
	}
	for _, n := range seen {
		if mean := draws / 18.; math.Abs(float64(n)-mean) > 5*math.Sqrt(mean) {
			t.Errorf("one is drawn %d times of %d", n, draws)
		}
	}
}

// In two epochs in succession, an image is seen once each way; within one, about half of the images are mirrored.
func TestAlternatingFlip(t *testing.T) {
	const images = 1000
	set := &dataset.Set{C: 1, H: 1, W: 2, Labels: make([]int, images), Pix: slices.Repeat([]uint8{1, 2}, images)}
	c, x, mirrored := &Config{Seed: 3, Flip: AlternatingFlip}, make([]float32, 2), [4]int{}
	for i := range images {
		var before bool
		for epoch := range mirrored {
			augment(x, set, i, c, epoch)
			mirror := x[0] > x[1]
			if epoch > 0 && mirror == before {
				t.Fatalf("image %d is mirrored in epoch %d as in the one before: %v", i, epoch, mirror)
			}
			if before = mirror; mirror {
				mirrored[epoch]++
			}
		}
	}
	if n := mirrored[0]; math.Abs(float64(n)-images/2) > 5*math.Sqrt(images)/2 {
		t.Errorf("%d of %d images are mirrored in the first epoch, want about half", n, images)
	}
}

// The square has the mean color of each channel, lies anywhere, is cut at the edges, and nothing else changes.
func TestCutout(t *testing.T) {
	const side, cutout = 3, .6 // of 5 pixels
	set := &dataset.Set{C: 2, H: 6, W: 5, Labels: []int{0}}
	for i := range 60 {
		set.Pix = append(set.Pix, uint8(4*i+1))
	}
	plain, x := make([]float32, 60), make([]float32, 60)
	place(plain, set, set.Image(0), 0, 0, Black, false)
	seen := map[string]bool{}
	for i := range 2000 {
		augment(x, set, 0, &Config{Seed: uint64(i), Cutout: cutout}, 0)
		top, bottom, left, right := set.H, -1, set.W, -1
		for at, v := range x {
			channel, y, left0 := at/30, at%30/5, at%5
			if v == plain[at] {
				continue
			}
			// Values rise evenly: the mean of a channel lies between its two values in the middle.
			if mean := (plain[channel*30+14] + plain[channel*30+15]) / 2; math.Abs(float64(v-mean)) > 1e-6 {
				t.Fatalf("value %d is %g, want %g, the mean of its channel", at, v, mean)
			}
			top, bottom, left, right = min(top, y), max(bottom, y), min(left, left0), max(right, left0)
		}
		for at, v := range x {
			y, column := at%30/5, at%5
			if inside := y >= top && y <= bottom && column >= left && column <= right; inside != (v != plain[at]) {
				t.Fatalf("what is cut out is no rectangle: %v", x)
			}
		}
		if bottom-top >= side || right-left >= side {
			t.Fatalf("rows %d to %d and columns %d to %d are cut out, want at most %d", top, bottom, left, right, side)
		}
		seen[fmt.Sprint(top, bottom, left, right)] = true
	}
	if len(seen) != set.H*set.W {
		t.Errorf("squares around %d places, want all %d", len(seen), set.H*set.W)
	}
}

func BenchmarkAugment(b *testing.B) {
	set := &dataset.Set{C: 3, H: 32, W: 32, Labels: []int{0}, Pix: make([]uint8, 3072)}
	x := make([]float32, 3072)
	for _, border := range []string{Black, Reflect} {
		b.Run(border, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				augment(x, set, 0, &Config{RandomCrop: 4, Border: border, Flip: RandomFlip}, i)
			}
		})
	}
}
