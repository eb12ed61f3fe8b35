// Package draw draws scenes of the stage (core/stage) with Ebitengine, the same in a window and in a browser. Natively it is built
// with the tag stage only, as Ebitengine needs a C compiler on Linux and macOS.
package draw
