// Steady-stage is the live stage in a window: a camera's images, an image, a folder or a test pattern, corrupted and attacked while
// they move, and what a network answers to each. ./build.sh stage builds it, with the tag stage, as Ebitengine needs a C compiler
// on Linux and macOS; docs/stage.md has the keys.
package main
