package compute

// Ascender is what a Backend may have besides: the steps of a gradient attack (core/attack), so that many of them can
// be run in a row with nothing read in between. One step is a pass ahead, Judge, a pass back, Momentum if there is any,
// and Ascend.
type Ascender interface {
	// Judge looks at the logits of each X. It adds them to Trace, keeps X if it is the best so far, and writes into Seed
	// the direction in which the loss moves as it should: softmax minus one-hot, scaled to a largest element of 1.
	Judge(s AscentShape, a Ascent, b AscentBuffers) Kernel
	// Momentum replaces Gradient by a running sum of gradients, each scaled to an L1 norm of 1.
	Momentum(s AscentShape, a Ascent, b AscentBuffers) Kernel
	// Ascend moves each X along Gradient, back into the ball around Origin, and into [0,1]. Images that have come to
	// their end stay where they are.
	Ascend(s AscentShape, a Ascent, b AscentBuffers) Kernel
}

// AscentShape is the size of one image and of its logits.
type AscentShape struct{ Elements, Classes int }

// Ascent says how images move. The loss is the cross-entropy of a class, which is raised or lowered.
type Ascent struct {
	L2        bool    // steps and ball are those of the L2 norm, otherwise of the largest change (Linf)
	Eps, Step float32 // radius of the ball, and length of a step
	Momentum  float32 // weight of the gradients before
	Continue  bool    // on after the first success
}

// AscentBuffers are images on their way.
type AscentBuffers struct {
	X, Origin, Kept    Buffer // AscentShape.Elements an image: where it is, where its ball is, and the best so far
	Gradient, Velocity Buffer // as many; Velocity is what Momentum remembers, and may else be nil
	Logits, Seed       Buffer // AscentShape.Classes an image
	Trace              Buffer // the logits of all iterates: of all images at the first, then of all at the second
	Task               Buffer // 4 an image: the class; 1 to raise its loss, -1 to lower it; steps left; 1 if the first X may be kept
	// State is 4 an image, all 0 before the first step: iterates judged; 1 once one has met its aim (another class than
	// that named, or that class), 2 once a gradient was not finite; the log-odds kept; the number, from 1, of the iterate
	// kept, or 0.
	State Buffer
}

// Climber is one image on its way, as an engine takes steps with it.
type Climber struct {
	X, Origin []float32 // where it is (which moves, as long as steps are left), and the image its ball is around
	Velocity  []float32 // what momentum remembers; nil without
	Class     int       // whose loss is moved, and
	Raise     bool      // up or down
	Steps     int       // that it has left
	First     bool      // X itself may be kept

	// What became of it. Judged iterates were looked at, X being the first; one that met its aim, or that Steps steps lead
	// to, was the last. 0 says that nothing was done.
	Judged int
	Logits []float32 // of each of these
	Kept   []float32 // the best of these: one that meets its aim before others, then the one with the highest loss
	KeptAt int       // its number, from 0; -1 if none was kept
	Broken bool      // the gradient at the last of these is not finite
}
