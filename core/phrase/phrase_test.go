package phrase

import "testing"

func TestFirst(t *testing.T) {
	for most, want := range map[int]string{1: "a and 1 more", 2: "a, b", 3: "a, b"} {
		if got := First([]string{"a", "b"}, most); got != want {
			t.Errorf("%d: %q, want %q", most, got, want)
		}
	}
	if got := First(nil, 3); got != "" {
		t.Errorf("none: %q", got)
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 images", 1: "1 image", 1000: "1000 images"} {
		if got := Count(n, "image"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
