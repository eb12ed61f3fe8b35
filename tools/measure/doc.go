// Package measure makes figures of the samples of a measurement.
package measure
