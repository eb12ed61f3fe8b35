package trainrun

import (
	"fmt"
	"slices"

	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/nn"
	"steady/core/train"
	"steady/tools/internal/datafile"
	"steady/tools/internal/usage"
)

// data is what a run reads.
type data struct {
	train      *dataset.Set
	validation *dataset.Set // held out of the images to train on; nil if there are none
	test       *dataset.Set // nil if there are no others
	sum        string       // of the images to train on, before they got the numbers of a network's classes
	skipped    []string     // damaged files that were left out

	network      *nn.Network
	architecture string
	initial      *train.Initial // the file that training continues from; nil if it begins anew
}

// load reads the images to train and to test on, and makes or opens the network. A limit is of the images to train on: the
// validation images are those of the whole set, so that runs with fewer images are measured on the same ones.
func (o *Options) load() (d data, err error) {
	read := o.Read
	if o.Config.Validation > 0 {
		read.Limit = 0
	}
	if d.train, d.skipped, err = datafile.Load(o.Data, dataset.Train, read, o.say); err != nil {
		return d, err
	}
	if n := o.Config.Validation; n > 0 {
		if d.train, d.validation, err = d.train.HoldOut(n); err != nil {
			return d, usage.Errorf("--validation %d: %w", n, err)
		}
		d.train = d.train.Limit(o.Read.Limit)
	}
	if oneClass(d.train.Labels) {
		return d, usage.Errorf("data %s: all %d images to train on are of one class: want at least two classes", o.Data, d.train.Len())
	}
	d.sum = d.train.SHA256()
	if err := o.openNetwork(&d); err != nil {
		return d, err
	}
	test, skipped, err := o.testSet(d.train)
	if err != nil {
		return d, err
	}
	d.test, d.skipped = test, append(d.skipped, skipped...)
	for _, set := range []*dataset.Set{d.validation, d.test} {
		if err := checkFits(set, d.network); err != nil {
			return d, err
		}
	}
	return d, nil
}

// checkFits returns an error if the accuracy of a network on a set, unless it is nil, cannot be measured after training.
func checkFits(set *dataset.Set, n *nn.Network) error {
	if set == nil {
		return nil
	}
	source, err := eval.NewSource(set.Images(), n.Image, eval.Options{})
	if err == nil {
		err = source.CheckLabels(n.Classes())
	}
	if err != nil {
		return usage.Errorf("%w", err)
	}
	return nil
}

// oneClass reports whether all labels are the same.
func oneClass(labels []int) bool {
	return !slices.ContainsFunc(labels, func(l int) bool { return l != labels[0] })
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
