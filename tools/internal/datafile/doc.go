// Package datafile opens the data sets that a command's DATA names: the built-in one, or files of this machine.
package datafile
