// Package random is the source of all randomness: generators keyed by the user's seed, the index of the image, the name of
// the corruption or attack, and the number of a stream, so that what is drawn for an image does not depend on which images
// came before it.
//
// The same key draws the same bits on every processor and in WebAssembly. What the standard library may do in
// assembly on some processors (exponential, logarithm) is done here in plain Go, and products are rounded before they
// are added, because compilers fuse the two on some processors.
package random
