// Package evaluator runs benchmarks where there are neither files by path nor a store on a disk: in a page, whose workers each
// have an [Evaluator] with the same images and networks and compute slices, while one of them keeps the results of all and
// makes the figures and reports. What is computed, and what it is called, is that of core/bench and core/report, so that the
// results are those of the command.
//
// An evaluator is given its files by an interface, and asked for everything by [Evaluator.Do], with plain data in and out.
package evaluator
