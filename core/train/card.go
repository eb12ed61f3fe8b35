package train

// Card is a model card: what a trained network is and how it was made. It is the JSON file beside the network.
type Card struct {
	Name         string   `json:"name"`
	File         string   `json:"file"`
	SHA256       string   `json:"sha256"`
	Data         string   `json:"data"`
	Classes      []string `json:"classes"`
	Image        []int    `json:"image"` // C, H, W
	Architecture string   `json:"architecture"`
	Parameters   int      `json:"parameters"`
	MultiplyAdds int64    `json:"multiply_adds"`
	Training     Config   `json:"training"`
	Accuracy     float64  `json:"accuracy"` // on all test images
	TestImages   int      `json:"test_images"`
	License      string   `json:"licence,omitempty"`
	Command      string   `json:"command"` // makes it again
}
