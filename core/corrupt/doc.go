// Package corrupt holds the common corruptions of images: noise, blur, weather and digital faults, each at severities 1
// to 5, after ImageNet-C and CIFAR-10-C (Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common
// Corruptions and Perturbations", 2019) in the version that made the published files; and the pool of corruptions of
// Laugros, Caplier and Ospici, which also has changes of color and geometry, and occlusions.
//
//	c, err := corrupt.Lookup("fog")
//	err = c.Apply(dst, src, corrupt.Options{Severity: 3, Seed: 1, Index: 42})
//
// All returns the corruptions with their descriptions, and In those of one suite. Commands, the page and the
// documentation read this registry; there is no other list to keep.
//
// The files of this package are the catalog, one for a family or a large corruption. The algorithms that they are made
// of are in the packages below internal: loops over pixels (pix), filters, resampling, JPEG, ice and so on.
//
// # Values
//
// Images are RGB in [0,1], of any size from 1×1 to MaxPixels; a gray image is three equal planes. The result is clipped
// to [0,1].
//
// ApplyBytes leaves only what bytes can hold, which is what files, the commands and the page show a network. The
// references of ImageNet-C turn values into bytes by truncation, and so do PutBytes and Truncate; that of the suite
// Laugros shows its networks the values themselves, and there the nearest bytes are taken: truncation would make all
// images half a level darker. An 8-bit image that is not changed comes through both unchanged.
//
// # Gray images
//
// With Options.Gray a gray image, given as three equal planes, stays gray. Noise is added to every plane by itself, and
// the first plane is kept: a sensor of one channel has the noise of one channel, not the weaker mean of three. Other
// colors (a tint, brown mud) become their luma.
//
// # Profiles
//
// The published constants are in pixels. There are two sets of them, for images of 224 pixels (ImageNet) and of 32
// (CIFAR); Auto chooses the latter when the shorter side is at most 64 pixels. They are not scaled to other sizes: a
// blur of 3 pixels, say, is weak on an image of 2000.
//
// # The suite of Laugros, Caplier and Ospici
//
// Their names begin with laugros/, and they differ from those of ImageNet-C also where the names are alike. Rules and
// ranges are those of the authors' common_corruption_benchmark of September 2020 (ImageNet-NOC); uniform noise, for
// which it has a range and no rule, is left out. Where the reference goes through bytes on the way (hue, gray_scale,
// thumbnail_resize and elastic), so do values here.
//
// An amount (a standard deviation, an angle, a number of marks) is drawn evenly from a published range for every image.
// FullRange does that (for other suites it draws one of the five severities); severities 1 to 5, which are ours, draw from the first to the last fifth of the range.
//
// The ranges were made for 224 pixels. For images of 32 (the profile CIFAR) lengths of frames, squares, marks and
// movements are divided by 7, an approximation of ours, so that they cover the same part of the image: marks are as
// many, and a pixel is painted when its middle is hidden. Amounts that are not in pixels are the same at every size,
// and so are the squares of pixelate and the reach of blur, which would vanish if they were divided.
//
// # Randomness
//
// What is random depends on the seed, the index of the image, the corruption and the severity, and on nothing else: the
// same call has the same result on every processor, with SIMD or without, and in WebAssembly, to the bit. The references
// draw from a generator without a seed, so that published files can be matched in their statistics only.
//
// # Frost
//
// The reference cuts frost from photographs that may not be passed on. Ours is of ice grown by rules, with their means
// and standard deviations; Label says so, and is to be written beside results. If you have the original photographs,
// pass them to FrostFrom.
//
// A Corruption is safe for concurrent use; each Apply runs in one goroutine.
package corrupt
