// Package report makes figures and documents of the results of a benchmark, wherever they are stored: it knows no files.
//
// [New] computes what is reported of each network and each cell, with intervals, and says where figures are not
// comparable, with each other or with published ones. Everything else writes it: as text, CSV, JSON or HTML.
//
// Means are taken over the severities of each corruption first, and then over corruptions. A figure that needs a cell
// which was not measured is left out, and never a mean of the others. Intervals of a single cell are Wilson's; those of
// means and ratios are made of resampled images, each with its answers in all cells, since cells share their images.
package report
