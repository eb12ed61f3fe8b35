// Command corruptiontable writes docs/corruptions.md: what every corruption does, how close it is to the reference
// implementation, and how long it takes natively, in Chromium and in imagecorruptions, all timed in the same run.
//
//	go run ./tools/corruptiontable                                           (or ./build.sh corruptions)
//	go run ./tools/corruptiontable -reference DIR [-python python3]          with the times of imagecorruptions
//	go run ./tools/corruptiontable -inputs DIR                               only writes the images for record.py
//
// It runs at the root of the project. DIR holds the Python package imagecorruptions, which needs NumPy, SciPy,
// scikit-image, OpenCV, Numba and Pillow. What is not there (Python, the package, Chromium) is left out of the page,
// and the page says so.
package main
