// Package bench describes benchmarks (what is measured, what identifies a measurement, and what it finds) and runs them.
//
// A benchmark is a grid of cells. A [Cell] is one network on some images of one set under one [Perturbation]: nothing, a
// corruption at a severity, or an attack with its parameters. It is computed in slices of its images, which are cells
// themselves. A [Cell.Key] is a hash of everything that decides its
// result, so that a cell that was measured is never measured again, whatever benchmark it belongs to and wherever it was
// computed. What does not decide it, such as the backend, is kept with the [Result].
//
// A result has the answer to every image, not only sums, so that any score, interval, table by classes or comparison can be
// computed later.
//
// A [Spec] says which networks, images and perturbations to measure. It is read with [Load] from plain data, as JSON and
// YAML decode to, with an error that says where in the data it is. A [Suite] is a named list of perturbations that was
// published, with its source.
//
// [Run] computes the cells that a [Store] lacks. It sees networks and images through the interfaces [Network] and [Images]:
// the package reads no files and knows no devices.
package bench
