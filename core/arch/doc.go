// Package arch builds the networks that Steady trains and measures, with parameters of zero; package train
// initializes them.
//
// Images enter as they are, in [0,1]: normalization is the network's own first layer, so that epsilon is always in
// units of a pixel.
package arch
