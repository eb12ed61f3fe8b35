// Package img holds pictures as networks and corruptions want them: planar float32 RGB in [0,1].
//
// An [Image] of W×H pixels has 3·W·H values: the red plane, then green, then blue, each row by row from the top; that
// is the 3×H×W of a network's input. An 8-bit value v is v/255 and comes back as v.
//
// [Decode] reads PNG, JPEG, GIF (the first frame), WebP, BMP and TIFF from outside: the size is read from the header
// and checked before memory is taken for pixels ([ErrTooLarge]), what is none of these is [ErrFormat], and what is
// damaged or cut short is an error too, never a panic. JPEG pictures are turned upright as their EXIF orientation says.
//
// Transparency is laid on white, wherever a picture comes from: there is no alpha in an [Image].
//
// Functions that are given sizes that cannot be (a side of 0, two pictures of different sizes) panic: that is a
// mistake in the program. What comes from outside (bytes, RGBA buffers) gives errors.
package img
