// Package overlapfile reads the matrix of overlaps that 'steady papers overlap' writes as JSON, and makes what a person wants to
// know of it: how much of other corruptions a benchmark covers, how evenly, what in it measures the same, and benchmarks as suite
// files for 'steady bench run'. The formulas are those of core/overlap.
//
// An [Explorer] holds one file in front of a person, as core/session holds one image; the page's worker serves it as messages.
package overlapfile
