// Package live computes what the stage asks for: it corrupts and attacks a frame, and has a network answer. What the network is
// shown is in whole bytes, and the answer has exactly these bytes: what is seen is what was measured.
//
// A [Performer] answers requests one after the other (Perform). Its universal noise is computed beside that (Refresh): by
// another goroutine with an engine of its own, or, where there is one thread, in turns with the answers.
//
// The universal noise is projected gradient ascent on the mean loss of the last 16 frames (attack.Universal), four of them a
// step, or one where it is computed in turns with the answers. It is put on the frames that come after these, and whether it
// changes an answer is counted on these only: on the frames that it was computed from it would look better than it is.
//
// The strongest attack within a time is found by trying: each frame is attacked by the next of a list of attacks, and the times
// are those that they took there, until each has had a few frames (Search).
package live
