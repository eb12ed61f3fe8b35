// Package measure makes figures of the samples of a measurement, and has a clock for them.
package measure
