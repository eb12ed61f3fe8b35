package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"steady/core/engine"
	"steady/core/option"
)

// Config is all that a run depends on besides the data and the network. The fields that all recipes share are described
// by a table of options; a recipe's own are Options. Start from the Config of a [Recipe], or from [Parse].
type Config struct {
	Recipe         string
	Epochs         int
	Batch          int // images per step; those left over at the end of an epoch are left out
	Seed           uint64
	Schedule       string  // OneCycle, OneCycleLinear or Cosine
	LearningRate   float64 // at its peak
	Warmup         float64 // fraction of the run in which a one-cycle schedule rises
	Momentum       float64 // Nesterov's
	WeightDecay    float64 // of weights only, not of biases and normalization
	ShiftRate      float64 // factor on the learning rate of the shifts of normalization; 0 for none
	Initialization string  // He (also if empty) or Identity: how [InitializeFor] begins
	LabelSmoothing float64
	EMADecay       float64 // per step, of the moving average of the parameters; 0 for none
	Clip           float64 // largest Euclidean norm of the mean gradient of all parameters; 0 for none

	Lookahead         int     // steps after which the parameters go back to slow ones that have moved; 0 for none
	LookaheadAlpha    float64 // part of the way that the slow ones move
	LookaheadSchedule string  // Constant (also if empty) or Cubic

	RandomCrop int    // pixels by which crops are shifted at most, each way
	Border     string // Black (also if empty) or Reflect: what a shifted crop has beyond the image
	Flip       Flip
	Cutout     float64 // side of the square of each image that is filled with its mean color, as a fraction of the shorter side; 0 for none
	Validation int     // images held out of the set before a Trainer is given the rest (dataset.Set.HoldOut)
	Keep       string  // Last (also if empty), Best, BestCorrupted or BestAttacked: the epoch whose parameters are stored

	Options Options // of the recipe alone; nil if it has none
}

// configTable describes the fields of Config. To add one, add a field and a literal here: checks, flags, JSON, checkpoints
// and model cards follow.
var configTable = option.Table[Config]{
	{
		Name: "recipe", Label: "Recipe", Help: "recipe", Internal: true,
		Field: func(c *Config) any { return &c.Recipe },
	},
	{
		Name: "epochs", Label: "Epochs", Help: "training epochs",
		Field: func(c *Config) any { return &c.Epochs }, Range: option.Between(1, 1_000_000),
	},
	{
		Name: "batch", Label: "Batch size", Help: "images per step",
		Field: func(c *Config) any { return &c.Batch }, Range: option.Between(2, engine.MaxBatch),
	},
	{
		Name: "seed", Label: "Seed", Help: "random seed; the same seed makes the same network",
		Field: func(c *Config) any { return &c.Seed },
	},
	{
		Name: "schedule", Label: "Schedule", Help: "learning rate schedule",
		Field: func(c *Config) any { return &c.Schedule }, Choices: []string{OneCycle, OneCycleLinear, Cosine},
	},
	{
		Name: "learning-rate", Label: "Learning rate", Help: "peak learning rate",
		Field: func(c *Config) any { return &c.LearningRate }, Range: option.AboveTo(0, 1000),
	},
	{
		Name: "warmup", Label: "Warm-up", Help: "fraction of training spent warming up, of a one-cycle schedule",
		Field: func(c *Config) any { return &c.Warmup }, Range: option.From(0, 1),
	},
	{
		Name: "momentum", Label: "Momentum", Help: "SGD momentum",
		Field: func(c *Config) any { return &c.Momentum }, Range: option.From(0, 1),
	},
	{
		Name: "weight-decay", Label: "Weight decay", Help: "L2 weight decay",
		Field: func(c *Config) any { return &c.WeightDecay }, Range: option.From(0, 1),
	},
	{
		Name: "shift-rate", Label: "Shift rate", Help: "factor on the learning rate of the shifts of normalization", OmitZero: true,
		Field: func(c *Config) any { return &c.ShiftRate }, Range: option.AboveTo(0, 1000), Zero: "none",
	},
	{
		Name: "initialization", Label: "Initialization", Help: "what the weights of convolutions begin with", OmitZero: true,
		Field: func(c *Config) any { return &c.Initialization }, Choices: []string{He, Identity}, Zero: He,
	},
	{
		Name: "label-smoothing", Label: "Label smoothing", Help: "fraction of each target shared by all classes",
		Field: func(c *Config) any { return &c.LabelSmoothing }, Range: option.From(0, 1),
	},
	{
		Name: "averaging", Label: "Averaging", Help: "EMA decay per step", OmitZero: true,
		Field: func(c *Config) any { return &c.EMADecay }, Range: option.From(0, 1), Zero: "none",
	},
	{
		Name: "lookahead", Label: "Lookahead", Help: "steps after which the weights go back to slow ones that follow them", OmitZero: true,
		Field: func(c *Config) any { return &c.Lookahead }, Range: option.Between(0, 1_000_000), Zero: "none",
	},
	{
		Name: "lookahead-alpha", Label: "Lookahead alpha", Help: "part of the way to the weights that the slow ones then go", OmitZero: true,
		Field: func(c *Config) any { return &c.LookaheadAlpha }, Range: option.Between(0, 1),
	},
	{
		Name: "lookahead-schedule", Label: "Lookahead schedule", Help: "alpha: constant, or from 1 down to it", OmitZero: true,
		Field: func(c *Config) any { return &c.LookaheadSchedule }, Choices: []string{Constant, Cubic}, Zero: Constant,
	},
	{
		Name: "clip", Label: "Gradient clipping", Help: "largest norm of the mean gradient of all parameters", OmitZero: true,
		Field: func(c *Config) any { return &c.Clip }, Range: option.Between(0, 1e6), Zero: "none",
	},
	{
		Name: "shift", Label: "Random crop", Help: "largest shift of a random crop", Unit: "px",
		Field: func(c *Config) any { return &c.RandomCrop }, Range: option.Between(0, 10_000),
	},
	{
		Name: "border", Label: "Border", Help: "what a shifted crop has beyond the image", OmitZero: true,
		Field: func(c *Config) any { return &c.Border }, Choices: []string{Black, Reflect}, Zero: Black,
	},
	{
		Name: "flip", Label: "Horizontal flip", Help: "horizontal flip",
		Field: func(c *Config) any { return &c.Flip }, Choices: flips,
	},
	{
		Name: "cutout", Label: "Cutout", Help: "side of a square in each image that is filled with the image's mean color, as a fraction of the shorter side", OmitZero: true,
		Field: func(c *Config) any { return &c.Cutout }, Range: option.Between(0, 1), Zero: "none",
	},
	{
		Name: "validation", Label: "Validation", Help: "training images held out to measure the network on", OmitZero: true,
		Field: func(c *Config) any { return &c.Validation }, Range: option.Between(0, 10_000_000), Zero: "none",
	},
	{
		Name: "keep", Label: "Keep", Help: "epoch to store: the last, or the best by its accuracy on validation images", OmitZero: true,
		Field: func(c *Config) any { return &c.Keep }, Choices: []string{Last, Best, BestCorrupted, BestAttacked}, Zero: Last,
	},
}

// OptionTable returns the descriptions of the parameters that all recipes share, in the order of their JSON.
func OptionTable() option.Table[Config] { return slices.Clone(configTable) }

// ErrConfig matches errors for a Config that makes no sense.
var ErrConfig = errors.New("wrong training parameter")

// Validate returns an error that matches ErrConfig or ErrUnknown if the Config makes no sense.
func (c Config) Validate() error {
	if err := configTable.Check(&c); err != nil {
		return fmt.Errorf("train: %w: %w", ErrConfig, err)
	}
	switch {
	case c.Lookahead > 0 && c.EMADecay > 0:
		return fmt.Errorf("train: %w: averaging is %g and lookahead %d: want one of them", ErrConfig, c.EMADecay, c.Lookahead)
	case c.Lookahead > 0 && c.LookaheadAlpha == 0:
		return fmt.Errorf("train: %w: lookahead-alpha is 0: want a number above 0 and up to 1 with lookahead", ErrConfig)
	case c.Lookahead == 0 && (c.LookaheadAlpha != 0 || c.LookaheadSchedule == Cubic):
		return fmt.Errorf("train: %w: lookahead is 0: want a number of steps with lookahead-alpha and lookahead-schedule", ErrConfig)
	}
	if c.keepsBest() && c.Validation == 0 {
		return fmt.Errorf("train: %w: keep is %s: want validation images, by which the best epoch is chosen", ErrConfig, c.Keep)
	}
	r, err := LookupRecipe(c.Recipe)
	if err != nil {
		return err
	}
	switch own := r.Config.Options; {
	case own == nil && c.Options != nil:
		return fmt.Errorf("train: %w: options of its own for recipe %s, which has none", ErrConfig, c.Recipe)
	case own != nil && (c.Options == nil || c.Options.source() != own.source()):
		return fmt.Errorf("train: %w: no options for recipe %s: begin with its Config", ErrConfig, c.Recipe)
	case own != nil:
		if err := c.Options.check(); err != nil {
			return fmt.Errorf("train: %w: recipe %s: %w", ErrConfig, c.Recipe, err)
		}
	}
	if views := c.views(); c.Batch > engine.MaxBatch/views {
		return fmt.Errorf("train: %w: batch is %d, of which recipe %s makes %d images each: want at most %d",
			ErrConfig, c.Batch, c.Recipe, views, engine.MaxBatch/views)
	}
	return nil
}

// views returns how many images a step sees at most for each image of a batch.
func (c *Config) views() int {
	if r, err := LookupRecipe(c.Recipe); err == nil && r.Views != nil {
		return r.Views(c)
	}
	return 1
}

// StepImages returns how many images a step sees at most, for which the training engine must be made: Batch, times the
// Views of the recipe.
func (c Config) StepImages() int { return c.Batch * c.views() }

// Seen returns the names of the corruptions that the recipe trains on with this Config.
func (c Config) Seen() []string {
	if r, err := LookupRecipe(c.Recipe); err == nil && r.Seen != nil {
		return r.Seen(&c)
	}
	return nil
}

// With returns the Config with the recipe's own options that text names: "weight=0.5,eps=8/255".
func (c Config) With(text string) (Config, error) {
	if c.Options == nil {
		return c, fmt.Errorf("train: %w: %q: recipe %s has no options of its own", ErrConfig, text, c.Recipe)
	}
	own, err := c.Options.With(text)
	if err != nil {
		return c, fmt.Errorf("train: %w: recipe %s: %w", ErrConfig, c.Recipe, err)
	}
	c.Options = own
	return c, nil
}

// optionsField is the name of Options in JSON.
const optionsField = "options"

// MarshalJSON returns an object of the shared parameters, and of Options as "options" if the recipe has any.
func (c Config) MarshalJSON() ([]byte, error) {
	b, err := configTable.EncodeJSON(&c)
	if err != nil || c.Options == nil {
		return b, err
	}
	own, err := c.Options.MarshalJSON()
	return slices.Concat(b[:len(b)-1], []byte(`,"`+optionsField+`":`), own, []byte("}")), err
}

// UnmarshalJSON reads what MarshalJSON writes. Shared parameters that are missing keep their values, and options of the
// recipe its defaults. A name that is not known is an error, for a run without it would be another one; [Card] is read
// all the same. A recipe that is not known is none as long as it has no options: Validate refuses it.
func (c *Config) UnmarshalJSON(data []byte) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	own, has := object[optionsField]
	delete(object, optionsField)
	shared, err := json.Marshal(object)
	if err != nil {
		return err
	}
	next := *c
	if err := configTable.DecodeJSON(&next, shared); err != nil {
		return err
	}
	next.Options = nil
	if r, err := LookupRecipe(next.Recipe); err == nil {
		next.Options = r.Config.Options
	} else if has {
		return err
	}
	if has {
		if next.Options == nil {
			return fmt.Errorf("train: %w: options of its own for recipe %s, which has none", ErrConfig, next.Recipe)
		}
		if next.Options, err = next.Options.decode(own); err != nil {
			return err
		}
	}
	*c = next
	return nil
}

// differs says how the run that wrote has is another one than that of c; "" if it is not.
func (c *Config) differs(has *Config) string {
	if d := difference(configTable, has, c); d != "" || c.Options == nil {
		return d
	}
	return c.Options.differs(has.Options) // the same recipe's
}

// SwapOption puts an option in the place of another of those that all recipes share, until restore is called. It is for
// tests, which show with it that an option needs nothing but its literal; nothing else of the package may run at the same
// time.
func SwapOption(name string, o option.Option[Config]) (restore func()) {
	table := configTable
	configTable = slices.Clone(configTable)
	*configTable.Lookup(name) = o
	return func() { configTable = table }
}
