// Package core is the root of everything that computes; its example goes from an image to an adversarial one.
// docs/architecture.md lists the packages below it, each with its purpose.
//
// Nothing in core opens a file by path, except for the library named to webgpu.Open; nothing uses a network or knows of a
// page.
package core
