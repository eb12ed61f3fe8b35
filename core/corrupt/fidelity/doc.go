// Package fidelity tells how near the corruptions come to their reference implementation, the scripts that made
// ImageNet-C and CIFAR-10-C (hendrycks/robustness: make_imagenet_c.py and make_cifar_c.py).
//
// It compares with recorded numbers, not with the reference itself: record.py has run the reference on four photographs
// of web/static/photos, at 224 and at 32 pixels, and its usage comment tells how to record again. Both sides are compared as
// the bytes that the published files hold.
//
//   - A corruption without chance is compared pixel by pixel: Exact gives the PSNR over a sample of pixels.
//   - One with chance is compared in law: Drawn draws many times and compares means of statistics of the change, with
//     their standard errors.
package fidelity
