// Package subject makes the networks and images of a benchmark into what core/bench measures: it says how images are
// prepared for a network, and what a cell calls that, so that whatever runs a benchmark gives the same cells the same keys.
package subject
