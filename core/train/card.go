package train

import "encoding/json"

// Card is a model card: what a trained network is, how it was made, and what was measured of it. It is the JSON file
// beside the network. Cards of older versions lack what they did not know, and that of a network that was trained
// elsewhere has an Origin instead of Training and Accuracy.
type Card struct {
	Name         string   `json:"name"`
	File         string   `json:"file"`
	SHA256       string   `json:"sha256"`
	Data         string   `json:"data"`
	DataSHA256   string   `json:"data_sha256,omitempty"` // dataset.Set.SHA256 of the images that it was trained on
	Images       int      `json:"images,omitempty"`      // that it was trained on
	Classes      []string `json:"classes"`
	Image        []int    `json:"image"` // C, H, W
	Architecture string   `json:"architecture"`
	InitFrom     *Initial `json:"init_from,omitempty"` // what training continued from; nil if it began anew
	Parameters   int      `json:"parameters"`
	MultiplyAdds int64    `json:"multiply_adds"`
	Weights      string   `json:"weights,omitempty"` // how the file stores them: "float16" or, if there is none, "float32"
	Training     Config   `json:"training,omitzero"`
	KeptEpoch    int      `json:"kept_epoch,omitempty"` // the best epoch, from 1, if not the last is kept
	Accuracy     float64  `json:"accuracy,omitzero"`    // on all test images
	TestImages   int      `json:"test_images,omitzero"`
	License      string   `json:"license,omitempty"`
	Command      string   `json:"command"` // makes it again

	Revision string  `json:"revision,omitempty"` // of the program's source
	Date     string  `json:"date,omitempty"`     // when it was finished, RFC 3339
	Seconds  float64 `json:"seconds,omitempty"`  // of training, without what was measured meanwhile
	Machine  string  `json:"machine,omitempty"`  // that trained it: other kinds may round differently

	ProcessorSeconds float64 `json:"processor_seconds,omitempty"` // the same, of all cores together: what other programs changed least

	Figures *Figures `json:"figures,omitempty"`
	Origin  *Origin  `json:"origin,omitempty"` // of a network that was trained elsewhere

	TrainingError error `json:"-"` // why Training is the zero Config, though the card that was read has one; nil otherwise
}

// Origin is where a network comes from that was trained elsewhere, and how near the converted file comes to it.
type Origin struct {
	Package   string `json:"package"` // that has the weights, its version, and where it is kept
	SHA256    string `json:"sha256"`  // of the package's file
	Copyright string `json:"copyright"`
	Changes   string `json:"changes"` // what the conversion does to the weights

	PublishedAccuracy float64 `json:"published_accuracy"` // of the original
	PublishedImages   int     `json:"published_images"`   // that it was measured on
	PublishedBy       string  `json:"published_by"`

	Photographs      string  `json:"photographs"` // that the original and the file were compared on
	Compared         int     `json:"compared"`    // how many these are
	Agreement        float64 `json:"agreement"`   // share of them for which both answer the same class
	OriginalAccuracy float64 `json:"original_accuracy"`
	Accuracy         float64 `json:"accuracy"`
}

// Initial is a file that training continued from.
type Initial struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

// UnmarshalJSON reads a card, also one that a newer version made, or a program with other recipes: a network is of use
// without the parameters that it was trained with. If these are not all known here, Training is the zero Config, which
// Validate refuses, so that nobody trains with part of them, and TrainingError says why; Command still has them. Figures
// in a form that is not known here are left out.
func (c *Card) UnmarshalJSON(data []byte) error {
	type plain Card // without this method
	card := struct {
		*plain
		Training json.RawMessage `json:"training"`
		Figures  json.RawMessage `json:"figures"`
	}{plain: (*plain)(c)}
	if err := json.Unmarshal(data, &card); err != nil {
		return err
	}
	if card.Training != nil {
		c.Training, c.TrainingError = Config{}, nil
		if err := json.Unmarshal(card.Training, &c.Training); err != nil {
			c.Training, c.TrainingError = Config{}, err
		}
	}
	if card.Figures != nil {
		c.Figures = nil
		if json.Unmarshal(card.Figures, &c.Figures) != nil {
			c.Figures = nil
		}
	}
	return nil
}
