// Package footage makes frames for the stage without a camera: a moving test pattern, and an image as a camera would see it that is
// held by hand. Frames are RGBA bytes of [Side]×[Side] pixels.
package footage
