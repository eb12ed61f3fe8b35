// Package page serves the built page: a folder, or the archive in a released program.
package page
