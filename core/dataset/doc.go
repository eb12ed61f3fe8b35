// Package dataset reads labeled sets of images: CIFAR-10 and CIFAR-100 in their binary versions, as a folder or an archive; IDX
// files, the format of MNIST and its relatives; NumPy arrays (.npy and .npz), the format of CIFAR-10-C and MedMNIST; and image
// folders. Open and Load tell them apart.
//
// A Set holds its images as 8-bit values, N×C×H×W: the planes of an image one after the other, red, green and blue if C
// is 3 and gray if it is 1, each in rows from the top. [Images] reads a set one image at a time, as float32 in [0,1]: the
// value divided by 255.
// Labels are class numbers from 0. [Images].Notes says what was skipped in a folder, and how it was read where that is
// not plain.
//
// The package opens no file by a path of the machine: it reads from an fs.FS, such as os.DirFS returns, or an
// io.Reader. Load reads all images that Options ask for into memory; Open returns Images, of which those of a folder and
// of arrays that are not packed are read when they are asked for. Unpacking the xz archive of all of CIFAR-10 takes some
// seconds, reading its folder hardly any time.
//
// Files come from outside and are not trusted. What a header says is checked against Options.MaxBytes before memory
// is allocated, memory is allocated as the bytes come, and errors are *Error, with the file and the part of it that is
// meant, and match ErrFormat, ErrTooLarge or ErrUnknown; that for a missing file matches fs.ErrNotExist. The readers are
// fuzzed.
//
// NPYWriter writes NumPy arrays piece by piece. The package fashion, below this one, has a small built-in set.
//
// Sources of the formats: https://www.cs.toronto.edu/~kriz/cifar.html, the pages of the MNIST database by LeCun,
// Cortes and Burges, and https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
package dataset
