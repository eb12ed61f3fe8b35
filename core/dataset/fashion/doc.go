// Package fashion has a built-in set for tests and first steps: 1,000 images of the test set of Fashion-MNIST, the
// first 100 of each of its ten classes, in the order of the test set; 28×28, gray. A program that imports the package
// contains them, about 0.4 MB.
//
// Fashion-MNIST is by Han Xiao, Kashif Rasul and Roland Vollgraf of Zalando Research
// (https://github.com/zalandoresearch/fashion-mnist; arXiv:1708.07747), Copyright © 2017 Zalando SE,
// https://tech.zalando.com, and under the MIT license: see the file LICENSE beside this one.
package fashion
