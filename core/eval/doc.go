// Package eval measures networks on labeled sets: their accuracy on clean and corrupted images, and what an attack
// leaves of it.
//
// A [Source] prepares the images of a [dataset.Images] as a network's input: it decodes them, scales and crops them,
// corrupts them, and writes them as N×C×H×W float32 in [0,1], a few at a time, so that a set of any size takes little
// memory. [Evaluate] and [Attack] run a network over a source.
//
// [MatchClasses] finds which of a network's classes those of a set are, by their names.
//
// A corruption works on the image at the network's size, as in ImageNet-C, and its result is cut to bytes, as it is in
// the files of the published benchmarks.
//
// Results depend on the images, the network and the options, not on how many images are worked on together or on the
// number of cores. Canceling the context ends either function before its next slice of images with the context's error
// and what was found until then.
package eval
