package trainrun

import (
	"slices"

	"steady/core/arch"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/nn"
	"steady/core/train"
	"steady/tools/internal/model"
	"steady/tools/internal/usage"
)

// Architectures returns the names of the architectures.
func Architectures() (names []string) {
	for _, a := range arch.All() {
		names = append(names, a.Name)
	}
	return names
}

// openNetwork makes the network to train, or opens that of a file that training continues from.
func (o *Options) openNetwork(d *data) error {
	if o.InitFrom.Name != "" {
		return o.openInitial(d)
	}
	d.architecture = o.Architecture
	if d.architecture == "" {
		d.architecture = arch.All()[0].Name
	}
	a, err := arch.Lookup(d.architecture)
	if err != nil {
		return err
	}
	if d.network, err = a.Build(imageOf(d.train), classesOf(d.train)); err != nil {
		return err
	}
	d.network.Labels = d.train.Classes
	return train.InitializeFor(d.network, d.train, o.Config)
}

func imageOf(set *dataset.Set) nn.Shape { return nn.Shape{set.C, set.H, set.W} }

// classesOf returns the number of classes of a set: files of arrays do not name them.
func classesOf(set *dataset.Set) int {
	classes := len(set.Classes)
	for _, l := range set.Labels {
		classes = max(classes, l+1)
	}
	return classes
}

// openInitial opens the network that training continues from. The data gets the numbers and names of its classes.
func (o *Options) openInitial(d *data) error {
	source := o.InitFrom
	source.Backend = o.Backend
	s, err := model.OpenStart(source, imageOf(d.train))
	if err != nil {
		return err
	}
	d.network, d.architecture = s.Network, s.Network.Name
	d.initial = &train.Initial{File: s.File, SHA256: s.SHA256}
	if !o.NewHead {
		return o.matchClasses(d)
	}
	d.network, err = train.NewHead(d.network, classesOf(d.train), o.Config.Seed)
	if err == nil {
		d.network.Labels = d.train.Classes
	}
	return err
}

// matchClasses numbers and names the classes of the data as the network does. They must be the same ones.
func (o *Options) matchClasses(d *data) error {
	const help = "--new-head begins with a new last layer for the classes of the data"
	n, set, from, classes := d.network, d.train, o.InitFrom.Name, classesOf(d.train)
	if named := len(set.Classes) > 0; classes > n.Classes() || named && classes != n.Classes() {
		return usage.Errorf("model %s has %d classes, %s has %d: want the same (%s)", from, n.Classes(), set.Name, classes, help)
	}
	m, err := eval.MatchClasses(set.Classes, n.Labels, n.Classes(), nil)
	if err != nil {
		return usage.Errorf("%s and model %s: %w (%s)", set.Name, from, err, help)
	}
	if m.Doubtful {
		return usage.Errorf("%s and model %s: %w: %s (%s)", set.Name, from, eval.ErrClasses, m.Text, help)
	}
	if text := m.Message(set.Name); text != "" {
		o.say("%s", text)
	}
	n.Labels = m.Names
	for _, set := range []*dataset.Set{d.train, d.validation} {
		if set == nil {
			continue
		}
		set.Classes = m.Names
		if m.Classes != nil {
			set.Labels = slices.Clone(set.Labels)
			for i, l := range set.Labels {
				set.Labels[i] = m.Classes[l]
			}
		}
	}
	return nil
}
