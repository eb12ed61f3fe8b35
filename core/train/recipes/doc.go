// Package recipes registers the recipes of package train besides its standard one, each from its paper. A program that
// trains by name imports it for that:
//
//	import _ "steady/core/train/recipes"
//
// A recipe's summary says what it does, its source names the paper, and the defaults that are not the paper's are called
// ours where they are set.
package recipes
