// Command papertables writes the tables and figures of docs/papers.md from the files of results in models/. It runs at the
// root of the project:
//
//	go run ./tools/papertables
//
// A block of the page begins with the command that makes it, in a remark, and ends with another remark:
//
//	<!-- steady papers transfer models/results/papers.json --svg docs/papers -->
//	<!-- end -->
//
// What is between the two is replaced by what the command writes with --markdown, or by a sentence if its file of results
// is not there.
package main
