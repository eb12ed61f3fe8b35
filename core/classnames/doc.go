// Package classnames reads the names of a network's classes from the forms in which they are kept.
package classnames
