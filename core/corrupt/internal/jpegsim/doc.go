// Package jpegsim does to an image what libjpeg's compression and decompression do at its standard settings, to the bit:
// 4:2:0, the accurate integer transforms, smooth ("fancy") upsampling. What stands between them, the entropy coding,
// loses nothing and is left out.
package jpegsim
