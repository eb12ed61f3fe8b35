package dataset_test

import (
	"testing"

	"steady/core/dataset"
)

func TestSHA256(t *testing.T) {
	set := func(pix []uint8, labels ...int) *dataset.Set {
		return &dataset.Set{C: 1, H: 1, W: 2, Pix: pix, Labels: labels}
	}
	// printf 'abcd\1\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0' | sha256sum
	const want = "3539d543334e5da974081ce711e09e31e081d9e3b7331cf450b9dbe2a7c2839b"
	if got := set([]uint8("abcd"), 1, 256).SHA256(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for name, other := range map[string]*dataset.Set{
		"a pixel": set([]uint8("abce"), 1, 256), "a label": set([]uint8("abcd"), 1, 257), "order": set([]uint8("cdab"), 256, 1),
	} {
		if other.SHA256() == want {
			t.Errorf("another %s, the same sum", name)
		}
	}
}
