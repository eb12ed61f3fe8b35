// Package display ends the program with a sentence where there is no display, or none that can be used, before Ebitengine's
// initialization panics. It must be initialized before that. Go initializes packages in the order of their paths, each as soon
// as those that it imports are done; package ui of Ebitengine waits for package os, and that for package time, whose path comes
// after this one's. So this package imports nothing but syscall, which is done before both.
package display
