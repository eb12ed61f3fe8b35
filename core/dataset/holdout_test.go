package dataset

import (
	"slices"
	"strings"
	"testing"
)

// numbered is a set of n images of one value each, their number, with a class for every remainder by 3, and one image of a
// class of its own.
func numbered(n int) *Set {
	s := &Set{Name: "numbered", C: 1, H: 1, W: 1}
	for i := range n {
		s.Labels = append(s.Labels, i%3)
		s.Pix = append(s.Pix, uint8(i))
	}
	s.Labels[0] = 7
	return s
}

func TestHoldOut(t *testing.T) {
	s := numbered(100)
	var before []uint8
	for n := range s.Len() {
		rest, held, err := s.HoldOut(n)
		if err != nil {
			t.Fatal(err)
		}
		if held.Len() != n || rest.Len() != s.Len()-n || !slices.IsSorted(held.Pix) || !slices.IsSorted(rest.Pix) {
			t.Fatalf("%d of %d: %d held out, %d left", n, s.Len(), held.Len(), rest.Len())
		}
		all := slices.Concat(rest.Pix, held.Pix)
		if slices.Sort(all); !slices.Equal(all, s.Pix) {
			t.Fatalf("%d: an image is twice or nowhere: %v", n, all)
		}
		counts := map[int]int{}
		for i, v := range held.Pix {
			if held.Labels[i] != s.Labels[v] {
				t.Fatalf("%d: image %d has label %d", n, v, held.Labels[i])
			}
			counts[held.Labels[i]]++
		}
		for class := range 3 {
			if share := 33 * n / 100; counts[class] < share-1 || counts[class] > share+2 {
				t.Errorf("%d held out: %d of class %d", n, counts[class], class)
			}
		}
		for _, v := range before {
			if !slices.Contains(held.Pix, v) {
				t.Fatalf("%d held out: without image %d, which is held out of fewer", n, v)
			}
		}
		before = held.Pix
	}
	// The same ones for ever: a network is compared with those that were trained before.
	if _, held, _ := s.HoldOut(6); !slices.Equal(held.Pix, []uint8{7, 29, 62, 70, 78, 84}) {
		t.Errorf("held out are %v", held.Pix)
	}
	for _, n := range []int{-1, 100, 101} {
		if _, _, err := s.HoldOut(n); err == nil || !strings.Contains(err.Error(), "of the 100 of numbered") {
			t.Errorf("%d: %v", n, err)
		}
	}
}
