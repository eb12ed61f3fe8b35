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

	"steady/core/arch"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/eval"
	"steady/core/nn"
	"steady/core/onnx"
	"steady/core/train"
	_ "steady/core/train/recipes"
	"steady/tools/internal/datafile"
	"steady/tools/internal/model"
	"steady/tools/internal/output"
	"steady/tools/internal/progress"
	"steady/tools/internal/usage"
)

// Options say what to train, on what, and how.
type Options struct {
	Data         string // DATA to train on
	Read         dataset.Options
	Test         string // DATA to test on; "" for the test images of Data, if it has any
	Architecture string // "" for the first of Architectures
	Config       train.Config
	Backend      model.Backend
	Resume       bool   // from the checkpoint, if there is one
	Weights      string // how the ONNX file stores weights: Float16 or Float32
	Out          string // ONNX file to write; model card and checkpoint lie beside it
	Plan         output.Plan
	Command      string // that makes the same network again, for the model card
	Log          io.Writer
}

func (o *Options) say(format string, args ...any) { fmt.Fprintf(o.Log, format+"\n", args...) }

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
	Skipped    []string `json:"skipped_damaged,omitempty"` // files left out, of those to train and to test on
	Accuracy   *float64 `json:"accuracy"`                  // on the test images; null if there are none
	TestImages int      `json:"test_images"`
	Engine     string   `json:"engine"`
	Seconds    float64  `json:"seconds"`
	Rate       float64  `json:"images_per_second"`
}

// Write writes the result as text.
func (r *Result) Write(w io.Writer) {
	test := ""
	if r.Accuracy != nil {
		test = fmt.Sprintf(", accuracy %.2f %% on %d test images", 100**r.Accuracy, r.TestImages)
	}
	fmt.Fprintf(w, "%s: %d epochs of %s on %s in %v%s\n", r.Model, r.Epochs, r.Recipe, r.Data,
		time.Duration(r.Seconds*float64(time.Second)).Round(time.Second), test)
}

// Run trains a network, as the options say, and writes it with its model card.
func Run(ctx context.Context, o Options) (*Result, error) {
	base := strings.TrimSuffix(o.Out, ".onnx")
	checkpoint := base + ".checkpoint"
	if err := o.check(base+".json", checkpoint); err != nil {
		return nil, err
	}
	set, skipped, err := datafile.Load(o.Data, dataset.Train, o.Read, o.say)
	if err != nil {
		return nil, err
	}
	test, skippedOfTest, err := o.testSet(set)
	if err != nil {
		return nil, err
	}
	n, architecture, err := buildNetwork(o.Architecture, set)
	if err != nil {
		return nil, err
	}
	n.Labels = set.Classes
	train.Initialize(n, o.Config.Seed)
	e, err := o.Backend.Prepare(n, engine.Config{Batch: o.Config.StepImages(), Train: true})
	if err != nil {
		return nil, err
	}
	t, err := train.NewOn(e, set, o.Config)
	if err != nil {
		return nil, err
	}
	if o.Resume {
		if err := o.restore(t, checkpoint); err != nil {
			return nil, err
		}
	}
	result := &Result{
		Recipe: o.Config.Recipe, Data: set.Name, Model: o.Out, Card: base + ".json", Epochs: o.Config.Epochs, N: set.Len(),
		Resumed: t.Epoch(), Skipped: append(skipped, skippedOfTest...),
	}
	begin := time.Now()
	if err := o.epochs(ctx, t, set.Len(), checkpoint); err != nil {
		return nil, err
	}
	result.Seconds, result.Engine = time.Since(begin).Seconds(), e.Backend().Name()
	result.Rate = float64((o.Config.Epochs-result.Resumed)*(set.Len()/o.Config.Batch*o.Config.Batch)) / result.Seconds
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
		Name: filepath.Base(base), File: filepath.Base(o.Out), SHA256: hex.EncodeToString(sum[:]), Data: set.Name, Classes: set.Classes,
		Image: n.Image, Architecture: architecture, Parameters: n.ParamCount(), MultiplyAdds: n.MACs(), Weights: o.Weights,
		Training: o.Config, Command: o.Command, DataSHA256: set.SHA256(), Images: set.Len(),
	}
	describeRun(&card, result)
	if test != nil {
		share, err := eval.AccuracyOn(ctx, e.Backend(), n, test)
		if ctx.Err() != nil && err != nil {
			return nil, stopped(t)
		}
		if err != nil {
			return nil, err
		}
		result.Accuracy, result.TestImages = &share, test.Len()
		card.Accuracy, card.TestImages = share, test.Len()
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
	o.Plan.Input(append(datafile.Files(o.Data), datafile.Files(o.Test)...)...)
	o.Plan.Output("--out", o.Out, ".onnx")
	if o.Out != "" {
		o.Plan.Output("--out", card, "")
		o.Plan.Continued("--out", checkpoint)
	}
	o.Plan.Force = o.Plan.Force || resumed
	return o.Plan.Check()
}

// testSet opens the images to test on, with the labels of those that are trained on; nil if there are no others.
func (o *Options) testSet(trained *dataset.Set) (set *dataset.Set, skipped []string, err error) {
	spec, read := o.Test, o.Read
	read.Limit = 0
	if spec == "" {
		spec = o.Data
	} else {
		read.Severity = 0
	}
	spec = datafile.Whole(spec)
	var notes []string // not said of images that are not used
	used := false
	images, err := datafile.Open(spec, dataset.Test, read, func(format string, args ...any) {
		if used {
			o.say(format, args...)
		} else {
			notes = append(notes, fmt.Sprintf(format, args...))
		}
	})
	if err != nil {
		return nil, nil, err
	}
	defer images.Close()
	if o.Test == "" && images.Name == trained.Name {
		o.say("%s has no images to test on: the accuracy is not measured (--test names some).", spec)
		return nil, nil, nil
	}
	used = true
	for _, n := range notes {
		o.say("%s", n)
	}
	if len(trained.Classes) > 0 {
		matching, err := eval.MatchClasses(images.Classes, trained.Classes, len(trained.Classes), nil)
		if err != nil {
			return nil, nil, usage.Errorf("images of %s to test on: %w", images.Name, err)
		}
		if matching.Doubtful {
			o.say("WARNING: classes of %s: %s. If that is wrong, so is the accuracy.", images.Name, matching.Text)
		} else if text := matching.Message(images.Name); text != "" {
			o.say("%s", text)
		}
		images = matching.Apply(images)
	}
	if set, err = images.Set(read); err != nil {
		return nil, nil, datafile.Hint(fmt.Errorf("data %s: %w", spec, err))
	}
	return set, datafile.Skipped(images), nil
}

func (o *Options) restore(t *train.Trainer, checkpoint string) error {
	file, err := os.Open(checkpoint)
	if errors.Is(err, fs.ErrNotExist) {
		o.say("There is no %s: beginning with the first epoch.", checkpoint)
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	if err := t.Restore(file); err != nil {
		return fmt.Errorf("%s: %w", checkpoint, err)
	}
	o.say("Going on after epoch %d.", t.Epoch())
	return nil
}

// epochs trains to the end, and writes a checkpoint after each epoch.
func (o *Options) epochs(ctx context.Context, t *train.Trainer, images int, checkpoint string) error {
	perEpoch := images / o.Config.Batch * o.Config.Batch
	bar := progress.New(o.Log, "images", (o.Config.Epochs-t.Epoch())*perEpoch)
	defer bar.End()
	for first := t.Epoch(); !t.Done(); {
		err := t.RunEpoch(ctx, func(p train.Progress) {
			bar.Set((p.Epoch-1-first)*perEpoch+p.Step*o.Config.Batch, fmt.Sprintf("epoch %d of %d, loss %.3f, accuracy %.1f %%",
				p.Epoch, p.Epochs, p.Loss, 100*p.Accuracy))
		})
		if err != nil {
			if ctx.Err() != nil && t.Epoch() > 0 {
				return stopped(t)
			}
			return err
		}
		if err := output.File(checkpoint, t.Checkpoint); err != nil {
			return err
		}
	}
	return nil
}

// stopped returns the error of a run that was interrupted and has a checkpoint.
func stopped(t *train.Trainer) error {
	return progress.Stopped{Text: fmt.Sprintf("stopped; the same command with --resume goes on after epoch %d", t.Epoch())}
}

// Architectures returns the names of the architectures.
func Architectures() (names []string) {
	for _, a := range arch.All() {
		names = append(names, a.Name)
	}
	return names
}

// buildNetwork builds an architecture, or the first one, for the images and classes of a set.
func buildNetwork(name string, set *dataset.Set) (*nn.Network, string, error) {
	if name == "" {
		name = arch.All()[0].Name
	}
	a, err := arch.Lookup(name)
	if err != nil {
		return nil, "", err
	}
	classes := len(set.Classes)
	for _, l := range set.Labels { // files of arrays do not name their classes
		classes = max(classes, l+1)
	}
	n, err := a.Build(nn.Shape{set.C, set.H, set.W}, classes)
	return n, name, err
}
