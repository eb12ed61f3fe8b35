// Package corrupt holds the common corruptions of pictures: noise, blur, weather and digital faults, each at severities
// 1 to 5, after ImageNet-C and CIFAR-10-C (Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common
// Corruptions and Perturbations", 2019) in the version that made the published files; and the pool of corruptions of
// Laugros, Caplier and Ospici, which has changes of colour, geometry and hidden parts as well.
//
//	c, err := corrupt.Lookup("fog")
//	err = c.Apply(dst, src, corrupt.Options{Severity: 3, Seed: 1, Index: 42})
//
// All lists the corruptions with what there is to tell people about them, and In those of one suite; no other list needs
// to be kept.
//
// # Values
//
// Pictures are RGB in [0,1], of any size from 1×1 to MaxPixels; a grey picture is three equal planes. The result is
// clipped to [0,1]. The references turn it into bytes by truncation, not by rounding: PutBytes and Truncate do it their
// way, and are meant for files that are to be compared with published ones. An 8-bit picture that nobody touched comes
// through them unchanged.
//
// # Grey pictures
//
// With Options.Grey a grey picture, given as three equal planes, stays grey. Noise comes to every plane by itself, and
// there the first plane counts: a sensor of one channel has the noise of one channel, not the weaker mean of three.
// Whatever else colours a picture (a tint, brown mud) counts as bright as it looks: with its luma.
//
// # Profiles
//
// The published constants are in pixels. There are those for pictures of 224 pixels (ImageNet) and those for pictures
// of 32 (CIFAR); Auto takes the latter when the shorter side is at most 64 pixels. They are not scaled to other sizes:
// a blur of 3 pixels, say, is weak on a picture of 2000.
//
// # The suite of Laugros, Caplier and Ospici
//
// Their names begin with laugros/, and differ from those of ImageNet-C also where they sound alike. Rules and ranges are
// those of the authors' common_corruption_benchmark of September 2020 (ImageNet-NOC); uniform noise, for which it has a
// range and no rule, is left out. Where the reference goes through bytes on the way, values here stay as they are.
//
// There an amount (a standard deviation, an angle, a number of marks) is drawn evenly from a published range for every
// picture. FullRange does that; severities 1 to 5, which are ours, draw from the first to the last fifth of the range.
//
// The ranges were made for 224 pixels. For pictures of 32 (the profile CIFAR) lengths of frames, squares, marks and
// movements are divided by 7, an approximation of ours, so that they take the same part of the picture: marks are as
// many, and a pixel is painted when its middle is hidden. What an amount does not measure in pixels is the same at
// every size, and so are the squares of pixelate and the reach of blur, which would be nothing if they were divided.
//
// # Randomness
//
// What is random depends on the seed, the index of the picture, the corruption and the severity, and on nothing else:
// the same call gives the same bytes on every processor, with SIMD or without, and in WebAssembly. The references draw
// from a generator without a seed, so that published files can be met in their statistics only.
//
// # Frost
//
// The reference cuts frost from photographs that may not be passed on. Ours is of ice grown by rules, with their means
// and deviations; Label says so, and goes wherever a number stands. FrostFrom takes the photographs from who has them.
//
// A Corruption is safe for concurrent use; each Apply runs in one goroutine.
package corrupt
