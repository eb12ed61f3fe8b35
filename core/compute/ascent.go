package compute

// Ascender is what a Backend may have besides: the steps of gradient attacks (core/attack), so that many of them can be
// run in a row with nothing read in between. A step within a ball is a pass ahead, Judge, a pass back, Momentum if there
// is any, and Ascend. A step of Carlini and Wagner's attack (Ascent.Adam) is Place, a pass ahead, Weigh, a pass back, and
// Adam.
type Ascender interface {
	// Judge looks at the logits of each X. It adds them to Trace, keeps X if it is the best so far, and writes into Seed
	// the direction in which the loss moves as it should: softmax minus one-hot, scaled to a largest element of 1.
	Judge(s AscentShape, a Ascent, b AscentBuffers) Kernel
	// Momentum replaces Gradient by a running sum of gradients, each scaled to an L1 norm of 1. One that is not finite
	// stays as it is.
	Momentum(s AscentShape, a Ascent, b AscentBuffers) Kernel
	// Ascend moves each X along Gradient, back into the ball around Origin, and into [0,1]. Images that have come to
	// their end stay where they are.
	Ascend(s AscentShape, a Ascent, b AscentBuffers) Kernel

	// Place makes each X from Variable, and adds its squared distance from Origin to Distances.
	Place(s AscentShape, a Ascent, b AscentBuffers) Kernel
	// Weigh looks at the logits of each X. It adds them to Trace, keeps X if it meets its aim and is the nearest so far,
	// and writes the gradient of its lead (Ascent.Adam) into Seed.
	Weigh(s AscentShape, a Ascent, b AscentBuffers) Kernel
	// Adam moves each Variable a step down the squared distance minus the weighted lead, whose gradient is Gradient; the
	// lead counts as long as it is short of Ascent.Confidence.
	Adam(s AscentShape, a Ascent, b AscentBuffers) Kernel
}

// AscentShape is the size of one image and of its logits.
type AscentShape struct{ Elements, Classes int }

// Ascent says how images move.
//
// Within a ball they move along the gradient of the cross-entropy of a class, which is raised or lowered.
//
// With Adam they move in a variable v whose image is (tanh(v)+1)/2, down the sum of the squared distance from the origin
// and a weight times what a lead is short of Confidence: the lead of a class's rival over it, or of the class over its
// rival (Carlini & Wagner 2017).
type Ascent struct {
	Step float32 // length of a step, or Adam's rate

	L2       bool    // steps and ball are those of the L2 norm, otherwise of the largest change (Linf)
	Eps      float32 // radius of the ball
	Momentum float32 // weight of the gradients before
	Continue bool    // on after the first success

	Adam       Adam
	Confidence float32
}

// Adam has the constants of Kingma & Ba 2015; the zero value is no Adam.
type Adam struct{ Beta1, Beta2, Epsilon float32 }

// Tanh tells whether images move in the variable of Carlini and Wagner's attack.
func (a Ascent) Tanh() bool { return a.Adam != Adam{} }

// AscentBuffers are images on their way. Variable, Square and Distances are for Ascent.Adam, and may else be nil.
type AscentBuffers struct {
	X, Origin, Kept Buffer // AscentShape.Elements an image: where it is, where its ball is or its way began, and the best so far
	Variable        Buffer // as many: what X is made from
	Gradient        Buffer // as many
	Velocity        Buffer // as many: what Momentum remembers, or Adam's mean of gradients; nil if there is neither
	Square          Buffer // as many: Adam's mean of squared gradients
	Logits, Seed    Buffer // AscentShape.Classes an image
	Trace           Buffer // the logits of all iterates: of all images at the first, then of all at the second
	Distances       Buffer // the squared distances of all iterates from Origin, in the same order
	// Task is 4 an image: the class; 1 to raise its loss, -1 to lower it; the number, from 0, of the last iterate; 1 if
	// the first X may be kept, or with Adam the weight.
	Task Buffer
	// State is 4 an image, all 0 before the first step: iterates judged; 1 once one has met its aim (another class than
	// that named, or that class), 2 once a gradient was not finite; the log-odds kept, or with Adam the squared distance;
	// the number, from 1, of the iterate kept, or 0. With Adam it is 8: also 1 minus each beta to the power of the steps
	// taken, which is 0 before the first of all; 1 if the lead is short; and one that is not used.
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

	// With Ascent.Adam X is the variable, all Steps are taken, and all iterates may be kept. Adam remembers Velocity,
	// Square and Bias, which are 0 at first: means of gradients and of their squares, and what these means have of all
	// weight (1 minus each beta to the power of the steps taken).
	Weight float32
	Square []float32
	Bias   [2]float32

	// What became of it. Judged iterates were looked at, X being the first; one that met its aim, or that Steps steps lead
	// to, was the last. With Adam each was followed by a step. 0 says that nothing was done.
	Judged    int
	Logits    []float32 // of each of these
	Distances []float32 // of each of these from Origin, squared; with Adam only
	// Kept is the best of these: one that meets its aim before others, then the one with the highest loss. With Adam it is
	// the nearest that meets its aim.
	Kept   []float32
	KeptAt int  // its number, from 0; -1 if none was kept
	Broken bool // the gradient at the last of these is not finite
}
