// Package store keeps the results of benchmarks in SQLite files, which other programs can read: see schema.sql.
//
// One process at a time writes a store, any number read it meanwhile. What [Store.Put] has returned from is there whatever
// happens to the process or the machine then. Stores must be on a disk of the machine, as SQLite's write-ahead log does not
// work over a network, or be written with another [Journal].
package store
