// Package monitor measures a network while it is trained: its accuracy on clean images, on corrupted ones, and under an
// attack, after an epoch. The images are a sample, so that it costs little beside the epoch, and the same in each epoch
// and each run.
package monitor
