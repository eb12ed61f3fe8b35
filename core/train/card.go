package train

import "encoding/json"

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
	Weights      string   `json:"weights,omitempty"` // how the file stores them: "float16" or, if there is none, "float32"
	Training     Config   `json:"training"`
	Accuracy     float64  `json:"accuracy"` // on all test images
	TestImages   int      `json:"test_images"`
	License      string   `json:"licence,omitempty"`
	Command      string   `json:"command"` // makes it again
}

// UnmarshalJSON reads a card, also one that a newer version made, or a program with other recipes: a network is of use
// without the parameters that it was trained with. If these are not all known here, Training is the zero Config, which
// Validate refuses, so that nobody trains with part of them; Command still has them.
func (c *Card) UnmarshalJSON(data []byte) error {
	type plain Card // without this method
	card := struct {
		*plain
		Training json.RawMessage `json:"training"`
	}{plain: (*plain)(c)}
	if err := json.Unmarshal(data, &card); err != nil || card.Training == nil {
		return err
	}
	c.Training = Config{}
	_ = json.Unmarshal(card.Training, &c.Training) // which leaves it as it is on an error
	return nil
}
