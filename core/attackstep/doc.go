// Package attackstep describes the steps of gradient attacks that a device takes by itself: a Rule says how images move,
// and an Iterate is one image that moves. Attacks write them, kernels follow the rules, and an engine has the kernels
// work on iterates; none of the three needs to know another.
package attackstep
