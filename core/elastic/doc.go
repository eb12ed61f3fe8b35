// Package elastic is what a server and its workers say to each other when they compute a benchmark together, and the server's
// ledger of it: which slices are computed, and what workers have found.
//
// Messages are JSON. What comes from another machine is not trusted: [Decode] checks each message by itself, and a [Ledger]
// takes only results of slices that are asked for, with the key, the size and the labels that these have. The package knows
// nothing of how messages travel.
package elastic
