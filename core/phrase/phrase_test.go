package phrase

import (
	"testing"
	"time"
)

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

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0.0s", 440 * time.Millisecond: "0.4s", 9949 * time.Millisecond: "9.9s", 9951 * time.Millisecond: "10s", 74600 * time.Millisecond: "1m15s",
		time.Hour - time.Millisecond: "1h0m", 125*time.Minute + 20*time.Second: "2h5m",
	} {
		if got := Duration(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
	if got := Seconds(74.6); got != "1m15s" {
		t.Errorf("%q", got)
	}
}
