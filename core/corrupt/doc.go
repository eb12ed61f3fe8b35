// Package corrupt holds the common corruptions of pictures: noise, blur, weather and digital faults, each at severities
// 1 to 5, after ImageNet-C and CIFAR-10-C (Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common
// Corruptions and Perturbations", 2019) in the version that made the published files.
//
//	c, err := corrupt.Lookup("fog")
//	err = c.Apply(dst, src, corrupt.Options{Severity: 3, Seed: 1, Index: 42})
//
// All lists the corruptions with what there is to tell people about them; no other list needs to be kept.
//
// # Values
//
// Pictures are RGB in [0,1], of any size from 1×1 to MaxPixels; a grey picture is three equal planes. The result is
// clipped to [0,1]. The references turn it into bytes by truncation, not by rounding: PutBytes and Truncate do it their
// way, and are meant for files that are to be compared with published ones. An 8-bit picture that nobody touched comes
// through them unchanged.
//
// # Profiles
//
// The published constants are in pixels. There are those for pictures of 224 pixels (ImageNet) and those for pictures
// of 32 (CIFAR); Auto takes the latter when the shorter side is at most 64 pixels. They are not scaled to other sizes:
// a blur of 3 pixels, say, is weak on a picture of 2000.
//
// # Randomness
//
// What is random depends on the seed, the index of the picture, the corruption and the severity, and on nothing else:
// the same call gives the same bytes on every processor, with SIMD or without, and in WebAssembly. The references draw
// from a generator without a seed, so that published files can be met in their statistics only.
//
// A Corruption is safe for concurrent use; each Apply runs in one goroutine.
package corrupt
