// Package elastic computes a benchmark on machines that come and go: a server with a queue of tasks, and workers.
//
// The server embeds NATS with JetStream, whose queue gives each task to one worker, and to another one if that stops giving
// signs of life. The queue is in memory and is made of what the store lacks, whenever the server starts: the store alone says
// what is done, so that nothing can be lost between the two. Everything goes through one port: asking to take part, files by
// their hashes, tasks, and results, which the server checks (core/elastic) and puts into the store.
package elastic
