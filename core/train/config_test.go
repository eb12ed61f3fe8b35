package train

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"steady/core/option"
)

func TestValidate(t *testing.T) {
	nan := math.NaN()
	for name, change := range map[string]func(*Config){
		"epochs":          func(c *Config) { c.Epochs = 0 },
		"batch":           func(c *Config) { c.Batch = 1 },
		"learning-rate":   func(c *Config) { c.LearningRate = nan },
		"momentum":        func(c *Config) { c.Momentum = 1 },
		"weight-decay":    func(c *Config) { c.WeightDecay = -1 },
		"label-smoothing": func(c *Config) { c.LabelSmoothing = nan },
		"warmup":          func(c *Config) { c.Warmup = 1 },
		"averaging":       func(c *Config) { c.EMADecay = 1 },
		"clip":            func(c *Config) { c.Clip = -1 },
		"lookahead":       func(c *Config) { c.Lookahead, c.LookaheadAlpha = 5, .5 }, // beside averaging
		"lookahead-alpha": func(c *Config) { c.Lookahead, c.EMADecay = 5, 0 },
		"lookahead is 0":  func(c *Config) { c.LookaheadAlpha = .5 },
		"shift":           func(c *Config) { c.RandomCrop = -1 },
		"border":          func(c *Config) { c.Border = "white" },
		"schedule":        func(c *Config) { c.Schedule = "" },
	} {
		c := config(1)
		change(&c)
		if err := c.Validate(); !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := config(1)
	c.Recipe = "secret"
	if err := c.Validate(); !errors.Is(err, ErrUnknown) {
		t.Errorf("recipe: %v", err)
	}
}

// A parameter of all recipes needs nothing but its literal to be checked, and to be in JSON, checkpoints and model cards.
func TestNewConfigOption(t *testing.T) {
	c := config(2)
	defer SwapOption("warmup", option.Option[Config]{
		Name: "dummy-number", Help: "a number", Field: func(c *Config) any { return &c.Warmup }, Range: option.Between(0, 3),
	})()
	b, err := json.Marshal(c)
	if err != nil || !strings.Contains(string(b), `"dummy_number":0.25`) {
		t.Errorf("%s, %v", b, err)
	}
	var back Config
	if err := json.Unmarshal(b, &back); err != nil || back != c {
		t.Errorf("read back as %+v, %v", back, err)
	}
	other := c
	other.Warmup = .5
	if d, want := other.differs(&c), "dummy-number 0.25, this one has 0.5"; !strings.Contains(d, want) {
		t.Errorf("the difference is %q, want %q", d, want)
	}
	c.Warmup = 4
	if err := c.Validate(); !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), "dummy-number is 4: want a number from 0 to 3") {
		t.Errorf("out of range: %v", err)
	}
}
