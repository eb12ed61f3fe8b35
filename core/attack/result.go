package attack

// Step is what an attack reports at each of its iterates. Its slices are only valid during the call, and must
// not be changed.
type Step struct {
	Step, Steps int       // from 0, where the attack starts, to Steps
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
	L2, Linf  []float64 // distances of the images in Adv from the images given

	// Loss has for each image the loss at each iterate it went through (that of the label, or of the target if
	// there is one), from where it started; none for an image that met the criterion before the attack.
	Loss [][]float64

	Gradients int // gradients taken, counted per image
	Queries   int // logits asked for without a gradient, counted per image
}
