// Package imagetest has the images, and the moments of their values, that the tests of corruptions share.
package imagetest
