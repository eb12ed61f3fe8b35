// Package overlap computes the overlapping score of corruptions, which says how much the robustness to one is robustness to
// another, and what is built from it: groups of corruptions that measure the same, coverage and balance of a benchmark,
// and benchmarks whose corruptions do not overlap. It knows no network and no image.
//
// The score is that of A. Laugros, A. Caplier, M. Ospici, "Using the Overlapping Score to Improve Corruption Benchmarks"
// (2021). Of each corruption i there is a network that was trained on it, half of its images clean and half corrupted, and
// there is a standard network, trained on clean images alone. Training on i gains something on i; if it gains as much on j
// as training on j does, and the other way round, the two overlap by 1, and if it gains nothing by 0:
//
//	overlap(i,j) = max(0, ½·[gain(i,j)/gain(j,j) + gain(j,i)/gain(i,i)])
//
// where gain(i,j) is what training on i adds to the score on j. That score is, in the first version of the paper, the
// robustness score A(j)/A(clean) of a network ([Ratio]); in the longer one, "Increasing the Coverage and Balance of
// Robustness Benchmarks by Using Non-Overlapping Corruptions" (2021), the accuracy A(j) ([Accuracy]).
//
// A corruption on which training gains next to nothing has no overlap with any, for both quotients would have next to
// nothing below: its row and column are NaN ([New] says from what gain on). What is built from a matrix wants one without
// such rows: [Matrix.Defined] leaves them out.
package overlap
