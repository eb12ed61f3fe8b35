package attack

// Step is what an attack reports each time its images have come further. Its slices are only valid during the call, and must
// not be changed. A model that takes steps by itself (StepRunner) is told of after several; X then has the iterate kept
// last, and Logits and Loss are of that one.
type Step struct {
	// Step, of Steps at most, is how far the image is that is least far: gradient steps, from 0, where it starts; for
	// attacks that count them instead, queries; for an ensemble, the steps of all its parts.
	Step, Steps int
	X           []float32 // current iterates, n × C × H × W; an image that is done stays where it met the criterion
	Logits      []float32 // of X, n × classes
	Loss        []float64 // of X, per image: the cross-entropy of the label, or of the target if there is one
	Met         []bool    // whether the image met the criterion at this or an earlier iterate
	Done        int       // how many images are done
}

// Result is what an attack found.
type Result struct {
	Adv       []float32 // adversarial images, n × C × H × W
	Success   []bool    // the image in Adv meets the criterion
	Correct   []bool    // the clean image was classified as its label
	Predicted []int     // class of the image in Adv
	Targets   []int     // nil if untargeted

	// Distances of the images in Adv from the images given. L0 is the number of elements (pixel channels) that differ.
	L0           []int
	L1, L2, Linf []float64

	// Loss has for each image the loss at each iterate it went through (the cross-entropy of the label, or of the
	// target if there is one, whatever the attack itself raises), from where it started; none for an image that met
	// the criterion before the attack. Confidence has the probability of the class that the network names there.
	Loss       [][]float64
	Confidence [][]float32

	Gradients int    // gradients taken, counted per image
	Queries   int    // logits asked for without a gradient, counted per image
	Spent     []Cost // the same for each image

	// Stages has for an ensemble its parts in order; By has for each image the one that broke it, or -1.
	Stages []Stage
	By     []int

	Notes []string // what was done other than asked for, and why
	OutOf string   // the budget that ended the attack before its time on some image: "queries", "time", or ""
}

// Cost is what an image took.
type Cost struct {
	Gradients, Queries int
}

// Stage is a part of an ensemble of attacks.
type Stage struct {
	Attack    string `json:"attack"`
	Attempted int    `json:"attempted"` // images that came this far
	Broken    int    `json:"broken"`    // of these
	Gradients int    `json:"gradients"`
	Queries   int    `json:"queries"`
}
