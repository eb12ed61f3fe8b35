// Package revision says from which source the running program was built.
package revision
