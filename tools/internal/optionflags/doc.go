// Package optionflags makes flags of the options of a table.
package optionflags
