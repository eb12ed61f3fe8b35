// Package poisson draws numbers of photons: from Poisson distributions whose mean is a multiple of a pixel's value.
package poisson
