package corrupt

import (
	"slices"
	"testing"

	"steady/core/img"
)

// Of a corruption without a range, FullRange is one of the five severities, evenly drawn for each image, and what it makes is
// what that severity makes.
func TestFullRangeDrawsSeverities(t *testing.T) {
	src := img.New(8, 8)
	for i := range src.Pix {
		src.Pix[i] = float32(i%50) / 50
	}
	for _, name := range []string{"gaussian_noise", "contrast"} { // with random numbers of its own, and without
		c, err := Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		const images = 1000
		counts, got, want := [6]int{}, img.New(8, 8), img.New(8, 8)
		for i := range images {
			o := Options{Severity: FullRange, Seed: 3, Index: uint64(i), Profile: CIFAR}
			if err := c.Apply(got, src, o); err != nil {
				t.Fatal(err)
			}
			made := 0
			for o.Severity = 1; o.Severity <= 5; o.Severity++ {
				if err := c.Apply(want, src, o); err != nil {
					t.Fatal(err)
				}
				if slices.Equal(got.Pix, want.Pix) {
					counts[o.Severity]++
					made++
				}
			}
			if made != 1 {
				t.Fatalf("%s, image %d is that of %d severities", name, i, made)
			}
		}
		for s := 1; s <= 5; s++ {
			if n := counts[s]; n < images/5-60 || n > images/5+60 { // five standard deviations
				t.Errorf("%s: severity %d is drawn %d times of %d", name, s, n, images)
			}
		}
	}
}
