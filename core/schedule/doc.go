// Package schedule deals tasks out to workers by their costs, and tells when the last worker has ended.
//
// [Greedy] is both rules that shards and queues follow. With costs that are estimated, the longest first, it is Graham's
// longest-processing-time rule, by which every worker finds its tasks without asking another one. With what tasks really
// cost, it is a queue from which each worker takes the next task when it has ended the one before.
package schedule
