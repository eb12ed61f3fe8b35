package train

import (
	"errors"
	"fmt"
)

// Config is all that decides how a run goes, besides the data and the network.
type Config struct {
	Recipe       string  `json:"recipe"`
	Epochs       int     `json:"epochs"`
	Batch        int     `json:"batch"` // images a step; those left over at the end of an epoch are left out
	Seed         uint64  `json:"seed"`
	Schedule     string  `json:"schedule"`      // OneCycle, OneCycleLinear or Cosine
	LearningRate float64 `json:"learning_rate"` // at its highest
	Warmup       float64 `json:"warmup"`        // share of the run in which a one-cycle schedule rises
	Momentum     float64 `json:"momentum"`      // Nesterov's
	WeightDecay  float64 `json:"weight_decay"`  // of weights only, not of biases and normalisation
	LabelSmoothing    float64 `json:"label_smoothing"`
	EMADecay    float64 `json:"averaging,omitempty"` // decay a step of the weights' moving average; 0 means none
	RandomCrop        int     `json:"shift"`               // pixels by which crops are shifted at most, each way
	Border       string  `json:"border,omitempty"`    // Black (also if empty) or Reflect: what a shift moves in
	HorizontalFlip         bool    `json:"flip"`                // mirror every other picture, left to right
}

// ErrConfig is wrapped by what is wrong in a Config.
var ErrConfig = errors.New("wrong training parameter")

// Validate tells what is wrong.
func (c Config) Validate() error {
	wrong := func(name string, value any, want string) error {
		return fmt.Errorf("train: %w: %s %v: want %s", ErrConfig, name, value, want)
	}
	switch {
	case c.Epochs < 1:
		return wrong("epochs", c.Epochs, "at least 1")
	case c.Batch < 2:
		return wrong("batch", c.Batch, "at least 2 images, for their statistics")
	case !(c.LearningRate > 0 && c.LearningRate < 1e3):
		return wrong("learning rate", c.LearningRate, "a number above 0")
	case !(c.Momentum >= 0 && c.Momentum < 1):
		return wrong("momentum", c.Momentum, "0 to below 1")
	case !(c.WeightDecay >= 0 && c.WeightDecay < 1):
		return wrong("weight decay", c.WeightDecay, "0 to below 1")
	case !(c.LabelSmoothing >= 0 && c.LabelSmoothing < 1):
		return wrong("label smoothing", c.LabelSmoothing, "0 to below 1")
	case !(c.Warmup >= 0 && c.Warmup < 1):
		return wrong("warm-up", c.Warmup, "0 to below 1")
	case !(c.EMADecay >= 0 && c.EMADecay < 1):
		return wrong("averaging", c.EMADecay, "0 to below 1")
	case c.RandomCrop < 0:
		return wrong("shift", c.RandomCrop, "0 or more pixels")
	case c.Border != "" && c.Border != Black && c.Border != Reflect:
		return wrong("border", c.Border, Black+" or "+Reflect)
	}
	if _, err := LookupRecipe(c.Recipe); err != nil {
		return err
	}
	_, err := c.schedule()
	return err
}
