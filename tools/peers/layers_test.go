package main

import (
	"strings"
	"testing"
)

// TestPrintLayers has two 3×3 convolutions, one of which a network has three times, one of another window, and a sum.
func TestPrintLayers(t *testing.T) {
	square := [2]int{3, 3}
	var w strings.Builder
	printLayers(&w, "net", 10, []layer{
		{&operation{name: "a", pass: "forward", window: square, count: 1, flops: 4e9, perImage: 1e7, fixed: 5e7}, .1},
		{&operation{name: "b", pass: "forward, added to", window: square, count: 3, flops: 8e9}, .1},
		{&operation{name: "c", pass: "forward", window: [2]int{1, 1}, count: 5, flops: 8e9}, 1},
		{&operation{name: "d", pass: "forward", count: 1, perImage: 3e6}, .01},
	}, roof{flops: 1e12, bytes: 24e9})
	text := w.String()
	for _, want := range []string{
		"| net, 10 images |",
		"| a | 1 | forward | 100 | 400 | 40.0 % | 6 | 25.0 % |\n",
		"| b | 3 | forward, added to | 100 | 800 | 80.0 % | 0 | 0.0 % |\n",
		"| c | 5 | forward | 1000 | 80 | 8.0 % |",
		"| d | 1 | forward | 10 |  |  | 12 | 50.0 % |\n",
		"net, 3×3 convolutions, forward: 70.0 % of the peak together, at least 40.0 %.\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the table lacks %q:\n%s", want, text)
		}
	}
}
