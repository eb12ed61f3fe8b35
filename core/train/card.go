package train

// Card tells what a trained network is and how it came to be; it lies beside the network as JSON.
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
	Accuracy     float64  `json:"accuracy"` // on all test pictures
	TestImages   int      `json:"test_images"`
	Licence      string   `json:"licence,omitempty"`
	Command      string   `json:"command"` // makes it again
}
