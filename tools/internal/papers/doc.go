// Package papers repeats the experiments of papers on robustness, with networks and images of the user's or with what is
// shipped: a file for each experiment, and a sub-command of 'steady papers' (docs/papers.md). What they compute is that of
// core/overlap and core/score, from stores of 'steady bench' or from the files of core/results made of them.
package papers
