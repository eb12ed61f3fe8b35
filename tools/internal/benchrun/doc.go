// Package benchrun runs benchmarks of core/bench on networks and data sets of the machine's disks, into stores, and exports
// what is in these.
package benchrun
