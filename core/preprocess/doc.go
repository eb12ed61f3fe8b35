// Package preprocess has what networks expect to be done to pixels before they see them: the usual ways, by name, checks for
// numbers that contradict each other, and what a network does by itself.
package preprocess
