// Package exchange has the results of a benchmark as lines of JSON, in which a program that has no SQLite, such as the page,
// hands them to one that has: the first line says what was asked for, every other one is the result of a slice of a cell.
//
// A line of a result has the key of its slice and what the key is the hash of, so that none is taken for another's. What is
// read was written elsewhere and is not trusted: Read checks each line against the first one.
package exchange
