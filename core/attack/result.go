package attack

// Step is what an attack reports each time its images have moved. Its slices are only valid during the call, and must
// not be changed. With a model that takes steps by itself ([StepRunner]) a report comes after several steps; X then has
// the iterate kept last, and Logits and Loss are of that one.
type Step struct {
	// Step, of Steps at most, is the progress of the image that is least advanced: gradient steps, from 0 at the start;
	// for attacks that count them instead, queries; for an ensemble, the steps of all its parts.
	Step, Steps int
	X           []float32 // current iterates, n × C × H × W; an image that is done stays where it satisfied the criterion
	Logits      []float32 // of X, n × classes
	Loss        []float64 // of X, per image, as in [Result]
	Met         []bool    // whether the image satisfied the criterion at this or an earlier iterate
	Done        int       // number of images that are done
}

// ImagesDone returns how many images are done, those under way by the share of their steps.
func (s Step) ImagesDone() float64 {
	return float64(s.Done) + float64(len(s.Met)-s.Done)*float64(s.Step)/float64(s.Steps+1)
}

// Result is the result of an attack.
type Result struct {
	Adv       []float32 // adversarial images, n × C × H × W
	Success   []bool    // the image in Adv satisfies the criterion
	Correct   []bool    // the clean image was classified as its label
	Predicted []int     // class of the image in Adv
	Targets   []int     // nil if untargeted

	// Distances of the images in Adv from the original images. L0 is the number of elements (pixel channels) that differ.
	L0           []int
	L1, L2, Linf []float64

	// Loss has for each image the loss at each iterate (the cross-entropy of the label, or of the target if there is
	// one, whatever the attack itself maximizes), from the start; none for an image that satisfied the criterion before
	// the attack. Confidence has the probability of the predicted class there. Where the model outputs probabilities
	// (LogProbabilities), they are as it says, and the loss is minus the logarithm of the class's; the attack itself follows
	// the cross-entropy of what they are when divided by their sum, which tells the classes apart.
	Loss             [][]float64
	Confidence       [][]float32
	LogProbabilities bool

	Gradients int    // gradients computed, counted per image
	Queries   int    // logits computed without a gradient, counted per image
	Cost      []Cost // the same for each image

	// Stages has for an ensemble its parts in order; BrokenBy has for each image the one that broke it, or -1.
	Stages   []Stage
	BrokenBy []int

	// Guided is the number of images that took gradients, and Blind that of those among them most of whose gradients were
	// exactly zero, as far as a device that takes steps by itself shows them.
	Guided, Blind int

	Notes     []string // deviations from what was requested, and why
	Exhausted string   // the budget that ended the attack before its time on some image: "queries", "time", or ""
}

// Cost is what an image cost.
type Cost struct {
	Gradients, Queries int
}

// Stage is what a part of an ensemble of attacks did.
type Stage struct {
	Attack    string `json:"attack"`
	Attempted int    `json:"attempted"` // images that reached it
	Broken    int    `json:"broken"`    // of these
	Gradients int    `json:"gradients"`
	Queries   int    `json:"queries"`
}
