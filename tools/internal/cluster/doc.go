// Package cluster writes the files with which a scheduler runs a benchmark in shards: scripts for Slurm, a manifest for
// Kubernetes. They are for people to read and to change. docs/scaling.md explains them line by line.
package cluster
