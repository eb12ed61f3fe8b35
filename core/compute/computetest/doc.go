// Package computetest opens the backend that tests of whole networks run on.
package computetest
