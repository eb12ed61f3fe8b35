// Steady-cluster runs benchmarks of steady on machines that come and go, without a scheduler: one of them serves a benchmark, and
// any number of workers compute it.
//
//	steady-cluster serve spec.yaml --out run.db
//	steady-cluster work nats://127.0.0.1:4222
//
// It is a program of its own because of the NATS server in it, which steady has no use for (docs/scaling.md).
package main
