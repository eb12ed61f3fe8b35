// Package frames is where the live stage's images come from: a camera (Linux, by V4L2 and without cgo), an image file, a folder
// of them, or a moving test pattern that is always there. All frames are square, cut out of the middle.
//
// Errors are sentences for whoever stands before the audience: what is wrong, and what can be done.
package frames
