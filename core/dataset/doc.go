// Package dataset reads labelled sets of pictures: CIFAR-10 in its binary version, as a folder or an archive; IDX
// files, the format of MNIST and its relatives; NumPy arrays, the format of CIFAR-10-C; and image folders. Load tells
// them apart.
//
// A Set holds its pictures as 8-bit values, N×C×H×W: the planes of a picture one after the other, red, green and blue
// if C is 3 and grey if it is 1, each in rows from the top. Fill gives them as float32 in [0,1], which is the value
// divided by 255. Labels are class numbers from 0.
//
// The package opens no file by a path of the machine: it reads from an fs.FS, such as os.DirFS gives, or an
// io.Reader. Pictures are read completely into memory, but no more of them than Options ask for; unpacking the xz
// archive of all of CIFAR-10 takes some seconds, reading its folder takes none to speak of.
//
// Files come from outside and are not trusted. What a header says is checked against Options.MaxBytes before memory
// is taken, memory is taken as the bytes come, and what is wrong is said by an *Error with the file and the part of
// it that is meant, which matches ErrFormat, ErrTooLarge or ErrUnknown; a missing file matches fs.ErrNotExist. The
// readers are fuzzed.
//
// NPYWriter writes NumPy arrays piece by piece. The package fashion, below this one, has a small built-in set.
//
// Sources of the formats: https://www.cs.toronto.edu/~kriz/cifar.html, the pages of the MNIST database by LeCun,
// Cortes and Burges, and https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
package dataset
