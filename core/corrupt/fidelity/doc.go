// Package fidelity measures how close the corruptions are to their reference implementation, the scripts that made
// ImageNet-C and CIFAR-10-C (hendrycks/robustness: make_imagenet_c.py and make_cifar_c.py).
//
// It compares with recorded numbers, not with the reference itself: record.py has run the reference on four photographs
// of web/static/photos, at 224 and at 32 pixels, and its usage comment says how to record again. Both sides are
// compared as the bytes that the published files hold.
//
//   - A deterministic corruption is compared pixel by pixel: Exact returns the PSNR over a sample of pixels.
//   - A random one is compared in distribution: Drawn draws many times and compares means of statistics of the change,
//     with their standard errors.
package fidelity
