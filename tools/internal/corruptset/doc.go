// Package corruptset writes corrupted data sets as NumPy files, N × height × width × 3 bytes, the layout of CIFAR-10-C:
// one file, or a folder with a file for each corruption. A run that was interrupted is resumed by the same run, to the
// bytes that it would have written at once.
package corruptset
