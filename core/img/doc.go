// Package img holds images as networks and corruptions take them: planar float32 RGB in [0,1].
//
// An [Image] of W×H pixels has 3·W·H values: the red plane, then green, then blue, each row by row from the top; that
// is the 3×H×W of a network's input. An 8-bit value v is v/255 and comes back as v.
//
// [Decode] reads PNG, JPEG, GIF and WebP (of an animation the first frame), BMP, TIFF, PPM and PGM from outside: the
// size is read from the header and checked before memory is allocated for pixels ([ErrTooLarge]), what is none of these
// is [ErrFormat], and what is damaged or cut short is an error too, never a panic. Images are turned upright as the
// EXIF orientation of a JPEG, PNG, WebP or TIFF file says.
//
// Transparent pixels are laid on white, wherever an image comes from: there is no alpha in an [Image].
//
// Functions panic on impossible sizes (a side of 0, two images of different sizes): that is a bug in the caller. What
// comes from outside (bytes, RGBA buffers) leads to errors.
package img
