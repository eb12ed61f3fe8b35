package models

import (
	"cmp"
	"embed"
	"strings"
)

// FS holds NAME.onnx and NAME.json for each network.
//
//go:embed *.onnx *.json
var FS embed.FS

// Compare orders names of networks for people: by their data, the first word; then the standard network, which the others
// are compared with; then by name.
func Compare(a, b string) int {
	dataA, restA, _ := strings.Cut(a, "-")
	dataB, restB, _ := strings.Cut(b, "-")
	return cmp.Or(strings.Compare(dataA, dataB), cmp.Compare(rank(restA), rank(restB)), strings.Compare(restA, restB))
}

func rank(recipe string) int {
	if first, _, _ := strings.Cut(recipe, "-"); first == "standard" {
		return 0
	}
	return 1
}
