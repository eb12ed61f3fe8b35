package attackstep

// Rule is how images move: a PGD or a CW. Rules may be compared with ==.
type Rule interface{ rule() }

// PGD is projected gradient descent within a ball: images move along the gradient of the cross-entropy of a class, which
// is maximized or minimized, and are projected onto the ball and onto [0,1].
type PGD struct {
	StepSize float32
	L2       bool    // steps and ball are those of the L2 norm, otherwise of the largest change (Linf)
	Eps      float32 // radius of the ball
	Momentum float32 // weight of earlier gradients; 0 means none
	Continue bool    // go on after the first success
}

// CW is the minimization of Carlini & Wagner 2017: images move in a variable v whose image is (tanh(v)+1)/2, by Adam
// (Kingma & Ba 2015), down the sum of the squared distance from the origin and a weight times max(Confidence - margin, 0).
// The margin is the logit of a class's rival minus that of the class, or, where the class is aimed at, the opposite.
type CW struct {
	Rate                  float32 // Adam's learning rate
	Beta1, Beta2, Epsilon float32 // Adam's constants
	Confidence            float32
}

func (PGD) rule() {}
func (CW) rule()  {}

// Iterate is one image that takes steps by a Rule.
type Iterate struct {
	X, Origin []float32 // where it is, which steps change, and the image that its ball or its distance is measured from
	Velocity  []float32 // what momentum remembers; nil without
	Class     int       // whose loss is moved, and
	Maximize  bool      // up or down
	Steps     int       // that it has left
	KeepFirst bool      // X itself may be kept

	// With CW X is the variable, all Steps are taken, and all iterates may be kept. Adam remembers Velocity, Square and
	// Bias, which are 0 at first: means of gradients and of their squares, and what these means have of all weight (1 minus
	// each beta to the power of the steps taken).
	Weight float32
	Square []float32
	Bias   [2]float32

	// Results. Evaluated is the number of iterates whose logits were looked at, X being the first; one that satisfied its
	// criterion, or that Steps steps lead to, was the last. With CW each was followed by a step. 0 means that nothing was
	// done.
	Evaluated int
	Logits    []float32 // of each of these: Evaluated × classes
	Distances []float32 // of each of these from Origin, squared; with CW only
	// Best is the best of these: one that satisfies its criterion (another class than Class when maximizing, otherwise
	// Class) before others, then the one with the highest loss. With CW it is the nearest that satisfies it.
	Best      []float32
	BestAt    int  // its number, from 0; -1 if there is none
	NotFinite bool // the gradient at the last of these is not finite
}
