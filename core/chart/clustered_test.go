package chart

import (
	"strconv"
	"strings"
	"testing"
)

// A picture is as wide as its title, however few rows it has.
func TestClusteredTitle(t *testing.T) {
	c := Clustered{Title: strings.Repeat("a long title ", 6), Names: []string{"a", "b"}, Order: []int{0, 1}, Max: 1,
		Cells: [][]HeatCell{{{Value: 1}, {Value: .5}}, {{Value: .5}, {Value: 1}}}, Tree: []Join{{A: 0, B: 1, Height: .5}}}
	_, after, _ := strings.Cut(string(c.SVG()), ` width="`)
	text, _, _ := strings.Cut(after, `"`)
	if width, err := strconv.ParseFloat(text, 64); err != nil || width < 8*float64(len(c.Title)) {
		t.Errorf("the width is %s, %v", text, err)
	}
}
