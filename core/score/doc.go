// Package score computes the figures that a benchmark of networks reports, from counts, rates and answers: accuracy with
// its interval, robustness score, corruption errors and their means, calibration, the comparison of two networks on the
// same images, rank correlations, and bootstrap intervals for whatever is made of several cells. It knows no network, no
// image and no file.
//
// # Rates
//
// Accuracies, errors and confidences are shares in [0,1], also where papers print percents: a mean corruption error of
// 0.767 is the 76.7 of the literature. The error is 1 - accuracy of the most probable class (top-1).
//
// # What is missing
//
// A cell that was not measured is never left out of a mean in silence. What is computed from [Rates] and [Errors] needs
// every cell that it is asked for, and else returns a [*MissingError] with the names of the others. Statistics of plain
// numbers (a mean, a correlation, a ratio) are NaN where they are undefined, and wherever one of their inputs is NaN, so
// that a NaN never turns into an innocent-looking number; [Bootstrap] and [NewReliability] refuse one. Each function says
// when it is undefined. Slices of unequal length, a level outside (0,1) and negative counts are mistakes of the caller,
// and panic.
//
// # Intervals
//
// [Wilson] is for one cell. Cells of a benchmark share their images, and an image that is hard in fog is hard in snow, so
// that intervals of cells must not be combined as if they were independent: [Bootstrap] draws images, each with its
// answers in all cells. Either says how much a figure would vary with other test images, and nothing about other seeds of
// training or of a corruption.
//
// The influence of an image says how much it moves a figure, 0 in the mean: the figure on other images of the same kind
// varies as the mean of influences does (the delta method, or infinitesimal jackknife; B. Efron, "The Jackknife, the
// Bootstrap and Other Resampling Plans", 1982, chapter 6). Influences of figures of the same images are added, subtracted
// and averaged as the figures are, so that [InfluenceInterval] takes one pass where [Bootstrap] takes thousands: for
// differences and means of robustness scores of hundreds of images or more.
//
// A correlation over networks has networks as its rows: [Bootstrap] then says how much it would vary with other networks
// of the same kind, which with sixteen of them is much. In TestPartialCoverage an interval at 0.95 of a partial
// correlation of sixteen is 1.0 wide at 0 and 0.6 at 0.7, and holds it in 0.93 and 0.90 of the cases. Networks of one
// recipe and several seeds are not independent: with them it is narrower than it should be.
//
// What is drawn at random has its key in core/random: the same seed draws the same images everywhere. The figures are
// float64, and may differ between kinds of processors in their last bits.
package score
