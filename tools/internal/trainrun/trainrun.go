package trainrun

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/eval"
	"steady/core/onnx"
	"steady/core/phrase"
	"steady/core/train"
	"steady/core/train/monitor"
	_ "steady/core/train/recipes"
	"steady/tools/internal/datafile"
	"steady/tools/internal/model"
	"steady/tools/internal/output"
	"steady/tools/internal/usage"
)

// Options say what to train, on what, and how.
type Options struct {
	Data         string // DATA to train on
	Read         dataset.Options
	Test         string        // DATA to test on; "" for the test images of Data, if it has any
	Architecture string        // "" for the first of Architectures
	InitFrom     model.Options // the network that training continues from, with its preprocessing; of no Name to begin anew
	NewHead      bool          // with a new last layer, for the classes of the data
	Config       train.Config
	Monitor      monitor.Options
	Backend      model.Backend
	Resume       bool   // from the checkpoint, if there is one
	Weights      string // how the ONNX file stores weights: Float16 or Float32
	Out          string // ONNX file to write; model card and checkpoint lie beside it
	LogFile      string // JSON lines to write, one for each epoch; "" for none
	Plot         string // SVG file to draw their curves to, anew after each; "" for none
	Plan         output.Plan
	Command      string // that makes the same network again, for the model card
	Messages     io.Writer
	Progress     func(images int) // called with the images trained on, of all epochs, instead of a bar; nil for one
}

func (o *Options) say(format string, args ...any) { fmt.Fprintf(o.Messages, format+"\n", args...) }

// How weights are stored.
const (
	Float16 = "float16"
	Float32 = "float32"
)

// Result is what training came to.
type Result struct {
	Recipe     string   `json:"recipe"`
	Data       string   `json:"data"`
	Model      string   `json:"model"`
	Card       string   `json:"card"`
	Epochs     int      `json:"epochs"`
	Resumed    int      `json:"resumed_after_epoch"` // 0 if from the beginning
	N          int      `json:"n"`
	Validation int      `json:"validation_images"` // held out of those to train on
	Kept       int      `json:"kept_epoch"`
	Skipped    []string `json:"skipped_damaged,omitempty"` // files left out, of those to train and to test on
	Accuracy   *float64 `json:"accuracy"`                  // on the test images; null if there are none
	TestImages int      `json:"test_images"`
	Engine     string   `json:"engine"`
	Seconds    float64  `json:"seconds"`
	Rate       float64  `json:"images_per_second"` // while it trained

	Measured *train.Measured `json:"measured,omitempty"` // of the last epoch
}

// Write writes the result as text.
func (r *Result) Write(w io.Writer) {
	test := ""
	if r.Kept != r.Epochs {
		test = fmt.Sprintf(", epoch %d kept", r.Kept)
	}
	if r.Accuracy != nil {
		test += fmt.Sprintf(", accuracy %.2f %% on %d test images", 100**r.Accuracy, r.TestImages)
	}
	fmt.Fprintf(w, "%s: %d epochs of %s on %s in %s%s\n", r.Model, r.Epochs, r.Recipe, r.Data, phrase.Seconds(r.Seconds), test)
}

// Run trains a network, as the options say, and writes it with its model card.
func Run(ctx context.Context, o Options) (*Result, error) {
	base := strings.TrimSuffix(o.Out, ".onnx")
	checkpoint := base + ".checkpoint"
	if err := o.check(base+".json", checkpoint); err != nil {
		return nil, err
	}
	data, err := o.load()
	if err != nil {
		return nil, err
	}
	n := data.network
	e, err := o.Backend.Prepare(n, engine.Config{Batch: o.Config.StepImages(), Train: true})
	if err != nil {
		return nil, err
	}
	t, err := train.NewOn(e, data.train, o.Config)
	if err != nil {
		return nil, err
	}
	if o.Resume {
		if err := o.restore(t, checkpoint); err != nil {
			return nil, err
		}
	}
	run := &epochs{options: &o, trainer: t, data: data.train.Name, images: data.train.Len(), checkpoint: checkpoint}
	if run.monitor, err = o.newMonitor(ctx, data, t); err != nil {
		return nil, err
	}
	result := &Result{
		Recipe: o.Config.Recipe, Data: data.train.Name, Model: o.Out, Card: base + ".json", Epochs: o.Config.Epochs,
		N: data.train.Len(), Validation: o.Config.Validation, Resumed: t.Epoch(), Skipped: data.skipped,
	}
	begin := time.Now()
	if err := run.all(ctx); err != nil {
		return nil, err
	}
	result.Seconds, result.Engine = time.Since(begin).Seconds(), e.Backend().Name()
	result.Kept, result.Rate = t.Kept(), run.rate()
	if h := t.History(); len(h) > 0 {
		result.Measured = h[len(h)-1].Measured
	}
	if err := t.Store(); err != nil {
		return nil, err
	}
	file, err := onnx.WriteOptions{Float16: o.Weights == Float16}.Write(n)
	if err != nil {
		return nil, err
	}
	if n, err = onnx.Read(file); err != nil { // what is tested is what is stored
		return nil, err
	}
	sum := sha256.Sum256(file)
	card := train.Card{
		Name: filepath.Base(base), File: filepath.Base(o.Out), SHA256: hex.EncodeToString(sum[:]), Data: data.train.Name,
		Classes: data.train.Classes, Image: n.Image, Architecture: data.architecture, InitFrom: data.initial, Parameters: n.ParamCount(),
		MultiplyAdds: n.MACs(), Weights: o.Weights, Training: o.Config, Command: o.Command, DataSHA256: data.sum, Images: data.train.Len(),
	}
	if t.Kept() != t.Epoch() {
		card.KeptEpoch = t.Kept()
	}
	describeRun(&card, t.History(), result.Engine)
	if data.test != nil {
		share, err := eval.AccuracyOn(ctx, e.Backend(), n, data.test)
		if ctx.Err() != nil && err != nil {
			return nil, run.stopped()
		}
		if err != nil {
			return nil, err
		}
		result.Accuracy, result.TestImages = &share, data.test.Len()
		card.Accuracy, card.TestImages = share, data.test.Len()
	}
	if err := output.File(o.Out, func(w io.Writer) error { _, err := w.Write(file); return err }); err != nil {
		return nil, err
	}
	if err := output.JSON(result.Card, card); err != nil {
		return nil, err
	}
	if err := os.Remove(checkpoint); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return result, nil
}

// check returns an error early if the files cannot be written. A checkpoint that is resumed is of a run that was allowed to
// write them.
func (o *Options) check(card, checkpoint string) error {
	if o.Weights != Float16 && o.Weights != Float32 {
		return usage.Errorf("--weights %s: valid: %s, %s", o.Weights, Float16, Float32)
	}
	_, err := os.Stat(checkpoint)
	resumed := err == nil && o.Resume
	if err == nil && !o.Resume && !o.Plan.Force {
		return usage.Errorf("%s exists, from an unfinished run: --resume continues it, --force replaces it", checkpoint)
	}
	switch {
	case o.InitFrom.Name == "" && (o.NewHead || o.InitFrom.Preprocessing.IsGiven() || o.InitFrom.Output != "" || o.InitFrom.Layout != ""):
		return usage.Errorf("--new-head, --output, --layout and preprocessing are for a network that training continues from: want --init-from FILE")
	case o.InitFrom.Name != "" && o.Architecture != "":
		return usage.Errorf("--network %s and --init-from %s: want one of them", o.Architecture, o.InitFrom.Name)
	case model.IsFile(o.InitFrom.Name):
		o.Plan.Input(o.InitFrom.Name)
	}
	o.Plan.Input(append(datafile.Files(o.Data), datafile.Files(o.Test)...)...)
	write := o.Plan.Output
	if resumed {
		write = o.Plan.Continued
	}
	write("--out", o.Out, ".onnx")
	if o.Out != "" {
		write("--out", card, "")
		o.Plan.Continued("--out", checkpoint, "")
	}
	if o.LogFile != "" {
		if resumed && !o.Plan.Force {
			if _, err := readLog(o.LogFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err // another file must not be replaced
			}
		}
		write("--log", o.LogFile, "")
	}
	if o.Plot != "" {
		if isFigure(o.Plot) {
			write("--plot", o.Plot, ".svg")
		} else {
			o.Plan.Output("--plot", o.Plot, ".svg")
		}
	}
	return o.Plan.Check()
}
