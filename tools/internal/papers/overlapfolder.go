package papers

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"steady/core/dataset"
	"steady/core/nn"
	"steady/core/train"
	"steady/tools/internal/benchrun"
	"steady/tools/internal/datafile"
	"steady/tools/internal/input"
	"steady/tools/internal/model"
	"steady/tools/internal/output"
	"steady/tools/internal/usage"
)

// overlapSettings are what all networks of a folder have in common, as settings.json there has it.
type overlapSettings struct {
	Format      string       `json:"format"`
	Data        string       `json:"data"`
	TrainImages int          `json:"train_images"`
	Test        string       `json:"test"`
	Images      int          `json:"images"`
	Network     string       `json:"network"` // an architecture, or the file that all continue from
	SHA256      string       `json:"sha256,omitempty"`
	Protocol    string       `json:"protocol"`
	Severity    string       `json:"severity"`
	Training    train.Config `json:"training"`
	FineTuning  train.Config `json:"fine_tuning"` // the same as Training for networks from the beginning
}

const (
	settingsFormat = "steady overlap 1"
	fineTuned      = "fine-tuned"
	fromScratch    = "from scratch"
)

// inspect opens the data, and returns what the folder is for, and how many images there are to train and to measure on.
func (o *overlapRun) inspect(jobs []job) (s overlapSettings, trainImages, testImages int, err error) {
	training, err := datafile.Open(o.data.Data, dataset.Train, o.data.Options(), o.env.say)
	if err != nil {
		return s, 0, 0, err
	}
	defer training.Close()
	read := o.data.Options()
	read.Limit = 0
	test, err := datafile.Open(o.testData(), dataset.Test, read, o.env.say)
	if err != nil {
		return s, 0, 0, err
	}
	defer test.Close()
	if o.test == "" && training.Name == test.Name {
		return s, 0, 0, usage.Errorf("--data %s has no test images of its own: name some with --test DATA", o.data.Data)
	}
	trainImages = training.Len()
	if limit := o.data.Options().Limit; limit > 0 {
		trainImages = min(trainImages, limit)
	}
	s = overlapSettings{Format: settingsFormat, Data: training.Name, TrainImages: trainImages, Test: test.Name, Images: min(o.images, test.Len()),
		Network: o.network, Protocol: fineTuned, Severity: o.severity}
	if o.scratch {
		s.Protocol = fromScratch
	}
	// The first job is the beginning of the standard network, or this itself.
	s.Training, s.FineTuning = jobs[0].config, jobs[0].config
	if jobs[0].base == "" && !o.scratch && o.own.Name == "" {
		s.FineTuning = jobs[1].config
	}
	s.Training.Seed, s.FineTuning.Seed = 0, 0 // each network has its own
	if o.own.Name != "" {
		shape, err := shapeOf(training)
		if err != nil {
			return s, 0, 0, err
		}
		if s.Network, s.SHA256, err = o.ownNetwork(shape); err != nil {
			return s, 0, 0, err
		}
	}
	return s, trainImages, test.Len(), nil
}

// shapeOf returns the shape of images to train on, of which there is one: a folder of files does not say it, but its first image.
func shapeOf(images *dataset.Images) (nn.Shape, error) {
	if images.H > 0 {
		return nn.Shape{images.C, images.H, images.W}, nil
	}
	first, err := images.Read(0, nil)
	if err != nil {
		return nil, err
	}
	return nn.Shape{images.C, first.H, first.W}, nil
}

// ownNetwork opens the network that all continue from, to know early that they can, and returns its file and hash.
func (o *overlapRun) ownNetwork(image nn.Shape) (file, hash string, err error) {
	if _, err := os.Stat(o.own.Name); err != nil && model.IsFile(o.own.Name) {
		return "", "", usage.Errorf("--model %s: there is no such file", o.own.Name)
	}
	own := o.own
	own.Backend = o.backend()
	start, err := model.OpenStart(own, image)
	if err != nil {
		return "", "", err
	}
	return start.File, start.SHA256, nil
}

// begin makes the folder, locks it, and keeps what it is for; or checks that this is the same.
func (o *overlapRun) begin(s overlapSettings) (unlock func(), err error) {
	file := o.path("settings.json")
	var plan output.Plan
	plan.Input(datafile.Files(o.data.Data)...)
	plan.Continued("--out", file, ".json")
	if err := plan.CheckFolder("--out", o.out); err != nil {
		return nil, err
	}
	_, err = os.Stat(o.out)
	made := errors.Is(err, fs.ErrNotExist)
	if err := os.MkdirAll(o.path("networks"), 0o777); err != nil {
		return nil, err
	}
	lock, err := output.OpenLocked(o.path(".lock"))
	if errors.Is(err, output.ErrLocked) {
		return nil, fmt.Errorf("%w: wait for it, or choose another --out", err)
	}
	if err != nil {
		return nil, err
	}
	output.Track(lock)
	unlock = func() {
		output.Remove(lock)
		if made {
			os.Remove(o.out) // if nothing is in it
		}
	}
	if err := o.compareSettings(file, s); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// forget removes the settings of a folder without a network or a checkpoint, so that the next command may have others.
func (o *overlapRun) forget() {
	if os.Remove(o.path("networks")) == nil { // it is empty
		os.Remove(o.path("settings.json"))
	}
}

func (o *overlapRun) compareSettings(file string, s overlapSettings) error {
	b, err := input.File(file, maxCard)
	if errors.Is(err, fs.ErrNotExist) {
		return output.JSON(file, s)
	}
	if err != nil {
		return err
	}
	var has, want map[string]any
	if err := json.Unmarshal(b, &has); err != nil || has["format"] != settingsFormat {
		return usage.Errorf("%s is not of this command: choose another --out", file)
	}
	b, err = json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(b, &want)
	}
	if err != nil {
		return err
	}
	if name, a, b := firstDifference("", has, want); name != "" {
		return usage.Errorf("%s was begun with %s %v, not %v: want the same, or another --out", o.out, name, a, b)
	}
	return nil
}

// firstDifference returns the name of the first part in which two objects differ, and both values; "" if there is none.
func firstDifference(prefix string, has, want map[string]any) (name string, a, b any) {
	keys := slices.Collect(maps.Keys(want))
	for k := range has {
		if _, ok := want[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		h, hasObject := has[k].(map[string]any)
		w, wantObject := want[k].(map[string]any)
		switch {
		case hasObject && wantObject:
			if name, a, b := firstDifference(prefix+k+".", h, w); name != "" {
				return name, a, b
			}
		case !reflect.DeepEqual(has[k], want[k]):
			return prefix + k, has[k], want[k]
		}
	}
	return "", nil, nil
}

// writeResults writes the file of results from the store.
func (o *overlapRun) writeResults(s overlapSettings) error {
	r, err := benchrun.Read(o.path("measured.db"))
	if err != nil {
		return err
	}
	t, err := fromStore(r, []string{o.path("networks")}, o.env.say)
	if err != nil {
		return err
	}
	t.Title = fmt.Sprintf("Networks for the overlapping score of corruptions on %s", s.Data)
	t.Made = nil // by this command, as the protocol says
	t.Protocol = map[string]string{
		"training": s.Protocol, "network": s.Network, "severity": s.Severity, "share of corrupted images": "0.5",
		"options": optionsText(s.Training),
	}
	if s.Protocol == fineTuned {
		t.Protocol["options of fine-tuning"] = optionsText(s.FineTuning)
		t.Protocol["standard network"] = "continued in the same way on clean images"
	}
	return output.File(o.path("results.json"), t.Encode)
}

// optionsText returns in what a Config differs from its recipe, but for the seed.
func optionsText(c train.Config) string {
	recipe, err := train.LookupRecipe(c.Recipe)
	if err != nil {
		return ""
	}
	usual := recipe.Config
	usual.Seed = c.Seed
	var parts []string
	table := train.OptionTable()
	for i := range table {
		if f := &table[i]; f.Text(&c) != f.Text(&usual) {
			parts = append(parts, f.Name+"="+f.Text(&c))
		}
	}
	return strings.Join(parts, ",")
}
