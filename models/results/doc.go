// Package results holds what was measured for the published experiments on networks of ours, which 'steady papers' reads where it
// is given nothing else (docs/papers.md).
package results
