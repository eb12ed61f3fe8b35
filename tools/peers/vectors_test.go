package main

import (
	"strings"
	"testing"
)

func TestWidth(t *testing.T) {
	for _, text := range []string{"128", "256", "512"} {
		if bits, err := parseWidth(text); err != nil || bits == 0 {
			t.Errorf("%s: %d, %v", text, bits, err)
		}
	}
	for _, text := range []string{"", "0", "64", "1024", "wide"} {
		if _, err := parseWidth(text); err == nil {
			t.Errorf("%q is taken for a width", text)
		}
	}
	if err := checkWidth(256, []int{128, 256}); err != nil {
		t.Error(err)
	}
	for bits, widths := range map[int][]int{512: {128, 256}, 256: nil} {
		if err := checkWidth(bits, widths); err == nil || !strings.Contains(err.Error(), "this processor has") {
			t.Errorf("%d bits of %v: %v", bits, widths, err)
		}
	}
}

// TestPeerEnvironment holds the peer's widths to ours.
func TestPeerEnvironment(t *testing.T) {
	for bits, want := range map[int]string{0: "", 128: "DNNL_MAX_CPU_ISA=SSE41", 256: "ATEN_CPU_CAPABILITY=avx2", 512: ""} {
		c := config{simd: bits}
		if got := strings.Join(c.peerEnvironment(), " "); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%d bits: %q, want %q in it", bits, got, want)
		}
		if !strings.Contains(c.peerNarrowed(), want) {
			t.Errorf("%d bits: the notes say %q", bits, c.peerNarrowed())
		}
	}
}
