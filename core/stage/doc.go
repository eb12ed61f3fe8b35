// Package stage is what is on the live stage: a moving image, the same corrupted and attacked, and what a network answers to
// each. It knows no window, no GPU and no network: a program offers it frames and answers, keys and the time, and draws the
// [Scene] that it returns, which is fills, images and texts in rectangles.
//
//	s := stage.New(stage.Options{...})
//	s.Offer(now, pixels, w, h)               // a frame of the camera
//	if q, ok := s.Next(now); ok { ... }      // what is to be computed, if nothing is under way
//	s.Answer(now, answer)                    // what came of it
//	effect := s.Press("tab")                 // a key
//	scene := s.Scene(now, width, height)     // what to draw
//
// One request is under way at a time. Of the frames that come meanwhile the newest waits, and those before it are dropped and
// counted. Everything that moves does so by the time that it is given, so that it moves alike at 10 and at 144 frames a
// second, and a test needs no clock. The images that stand side by side belong to one frame.
//
// Package steady/core/stage/live computes the answers; a worker behind messages may do so as well.
//
// A Stage is used by one goroutine.
package stage
