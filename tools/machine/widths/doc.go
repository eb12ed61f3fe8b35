// Command widths prints a line for each width of vectors that the processor has but programs do not use as this one is
// run: the width in bits, and the value of the variable GODEBUG with which they use it.
//
// `./build.sh test` runs the kernels' tests at these widths as well.
package main
