// Package fidelity measures how close the corruptions are to their reference implementations: the scripts that made
// ImageNet-C and CIFAR-10-C (hendrycks/robustness: make_imagenet_c.py and make_cifar_c.py), and for the suite Laugros its
// authors' (bds-ailab/common_corruption_benchmark).
//
// It compares with recorded numbers, not with the references themselves: record.py and record_laugros.py have run them
// on four photographs of web/static/photos, at 224 and at 32 pixels, and say how to record again. Both sides are
// compared as bytes: those that the published files hold, or for the suite Laugros, which has no files, the nearest.
//
//   - A deterministic corruption is compared pixel by pixel: Exact returns the PSNR over a sample of pixels. So is one of
//     the suite Laugros that draws little but its amount, for given amounts.
//   - A random one is compared in distribution: Drawn draws many times and compares means of statistics of the change,
//     with their standard errors.
package fidelity
