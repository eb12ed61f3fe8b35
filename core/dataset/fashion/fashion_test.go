package fashion

import (
	"crypto/sha256"
	"fmt"
	"os"
	"slices"
	"testing"

	"steady/core/dataset"
)

func TestSet(t *testing.T) {
	s := Test()
	if s.Name != "fashion" || s.C != 1 || s.H != 28 || s.W != 28 || s.Len() != 1000 || len(s.Pix) != 784000 {
		t.Fatalf("%s: %d images of %d×%d×%d", s.Name, s.Len(), s.C, s.H, s.W)
	}
	var of [10]int
	for _, l := range s.Labels {
		of[l]++
	}
	for k, n := range of {
		if n != 100 {
			t.Errorf("%d of class %d (%s), want 100", n, k, s.Classes[k])
		}
	}
	if !slices.Equal(s.Labels[:8], []int{9, 2, 1, 1, 6, 1, 4, 6}) || s.Classes[9] != "Ankle boot" {
		t.Errorf("labels %v, classes %q", s.Labels[:8], s.Classes)
	}
	const want = "3d7f6d64"
	if got := fmt.Sprintf("%x", sha256.Sum256(s.Pix))[:8]; got != want {
		t.Errorf("SHA-256 of the pixels begins with %s, want %s", got, want)
	}
	if Test() != s {
		t.Error("unpacked twice")
	}
}

// The set is the first hundred of each class of the test set that Debian packages.
func TestAgainstDebian(t *testing.T) {
	const folder = "/usr/share/datasets/fashion-mnist"
	if _, err := os.Stat(folder); err != nil {
		t.Skip("dataset-fashion-mnist is not installed")
	}
	all, err := dataset.Load(os.DirFS(folder), ".", dataset.Test, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if all.Name != "fashion-mnist-test" || all.Len() != 10000 || !slices.Equal(all.Classes, Test().Classes) {
		t.Errorf("%s, %d images, %q", all.Name, all.Len(), all.Classes)
	}
	next := 0
	var of [10]int
	for i, l := range all.Labels {
		if of[l]++; of[l] > 100 {
			continue
		}
		if Test().Labels[next] != l || !slices.Equal(Test().Image(next), all.Image(i)) {
			t.Fatalf("image %d is not image %d of the test set", next, i)
		}
		next++
	}
	train, err := dataset.Load(os.DirFS(folder), ".", dataset.Train, dataset.Options{Limit: 5})
	if err != nil || train.Name != "fashion-mnist-train" || train.Len() != 5 || train.Classes[0] != "T-shirt/top" {
		t.Errorf("%+v, %v", train, err)
	}
}

func Example() {
	set := Test()
	fmt.Println(set.Len(), "images; the first is of class", set.Classes[set.Labels[0]])
	for y := 0; y < set.H; y += 3 {
		for x := 0; x < set.W; x += 2 {
			fmt.Print(string(".:-=+*#%@"[set.Image(0)[y*set.W+x]/29]))
		}
		fmt.Println()
	}
	// Output:
	// 1000 images; the first is of class Ankle boot
	// ..............
	// ..............
	// ..............
	// ........==..=.
	// .......==****.
	// ......+=++***#
	// .====+++***+*#
	// ..-*#%%*..##**
	// ..............
	// ..............
}
