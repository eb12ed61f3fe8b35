// Command scaling simulates a benchmark of 10,000 cells on 1 to 512 workers, with costs that it measures here, and merges as
// many stores. It prints the tables of docs/scaling.md, and draws their figure:
//
//	go run ./tools/scaling [-data DATA] [-svg FILE]
//
// All times are of the processor, and of one core: other programs that run meanwhile disturb them little.
package main
