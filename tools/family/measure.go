package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"steady/core/attack"
	"steady/core/bench"
	"steady/core/report"
	"steady/core/train"
	"steady/tools/internal/benchrun"
	"steady/tools/internal/console"
	"steady/tools/internal/interrupt"
	"steady/tools/internal/model"
	"steady/tools/internal/output"
	"steady/tools/internal/store"
)

// figuresSpec is the spec of what is measured for model cards.
const figuresSpec = "tools/family/figures.yaml"

// measure measures networks on the test images of their sets, and writes the figures into their model cards. Those that
// are not trained yet are left out, unless they were named.
func (o *options) measure(ctx context.Context, list []member, named bool) error {
	present, err := o.present(list, named)
	if err != nil {
		return err
	}
	for _, data := range sets(present) {
		var names []string
		for _, m := range present {
			if m.data == data {
				names = append(names, m.name)
			}
		}
		if err := o.measureOn(ctx, names, data); err != nil {
			return err
		}
	}
	return nil
}

func (o *options) measureOn(ctx context.Context, names []string, data string) error {
	var cards []*train.Card
	for _, name := range names {
		card, err := o.checkedCard(name)
		if err == nil && card.Training.Validate() != nil {
			err = fmt.Errorf("%s: this program does not know all that its model card says of its training", name)
		}
		if err != nil {
			return err
		}
		cards = append(cards, card)
	}
	out := o.results(data)
	r, err := o.bench(ctx, names, benchrun.Options{Spec: o.spec, Data: o.data(data), Limit: o.images, Out: out})
	if err != nil {
		return err
	}
	s, err := store.Read(out)
	if err != nil {
		return err
	}
	defer s.Close()
	for i, card := range cards {
		if card.Figures, err = figures(r, names[i], card.Training.Seen()); err != nil {
			return err
		}
		programs, err := s.Programs(names[i])
		if err != nil {
			return err
		}
		card.Figures.Revision = strings.ReplaceAll(strings.Join(programs, "; "), "(devel) ", "")
		if err := output.JSON(filepath.Join(o.models, names[i]+".json"), card); err != nil {
			return err
		}
	}
	return nil
}

// results returns the file of the results on some data.
func (o *options) results(data string) string { return filepath.Join(o.work, data+".db") }

// lastSlice is how long the images under way may take after Ctrl-C.
const lastSlice = 10 * time.Minute

// bench measures networks, as far as that was not done, and returns what there is then.
func (o *options) bench(ctx context.Context, names []string, b benchrun.Options) (*report.Report, error) {
	if err := os.MkdirAll(filepath.Dir(b.Out), 0o777); err != nil {
		return nil, err
	}
	for _, name := range names {
		b.Models = append(b.Models, filepath.Join(o.models, name+".onnx"))
	}
	b.Replace, b.Backend, b.Messages = true, model.Backend{Name: "cpu", Threads: o.threads, Log: os.Stderr}, console.NewWriter(os.Stderr)
	b.Command = append([]string{"family"}, os.Args[1:]...)
	b.Begin = func() { interrupt.Allow(ctx, lastSlice) }
	r, err := benchrun.Run(ctx, b)
	if err == nil {
		err = benchrun.CheckFailed(r)
	}
	return r, err
}

// checkedCard returns a network's model card, if the network is the one that it is of.
func (o *options) checkedCard(name string) (*train.Card, error) {
	card, err := o.card(name)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(o.models, name+".onnx")
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	if s := hex.EncodeToString(sum[:]); s != card.SHA256 {
		return nil, fmt.Errorf("%s: its SHA-256 is %s, its model card has %s", path, s, card.SHA256)
	}
	return card, nil
}

// present returns the members that are trained. The others are an error if they were named.
func (o *options) present(list []member, named bool) (present []member, err error) {
	for _, m := range list {
		_, err := o.card(m.name)
		switch {
		case errors.Is(err, fs.ErrNotExist) && !named:
			say("%s is not trained yet.", m.name)
		case err != nil:
			return nil, err
		default:
			present = append(present, m)
		}
	}
	return present, nil
}

// sets returns the data of members, each once.
func sets(list []member) (names []string) {
	for _, m := range list {
		if !slices.Contains(names, m.data) {
			names = append(names, m.data)
		}
	}
	return names
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// figures returns what was measured of a network, for a model card. seen are the corruptions that it was trained on.
func figures(r *report.Report, name string, seen []string) (*train.Figures, error) {
	m, err := measured(r, name)
	if err != nil {
		return nil, err
	}
	f := &train.Figures{Data: m.Data}
	var machines []string
	for _, c := range r.Cells {
		if c.Model != name {
			continue
		}
		if text := c.Backend + " (" + c.Machine + ")"; !slices.Contains(machines, text) {
			machines = append(machines, text)
		}
		p, err := bench.Parse(c.Perturbation)
		if err != nil {
			return nil, err
		}
		a, params := p.Attack()
		switch {
		case a != nil:
			f.Attacked = append(f.Attacked, train.Attacked{Attack: attackText(a, params), Parameters: a.Describe(params), N: c.Images,
				Accuracy: c.Accuracy, MedianL2: c.MedianDistance})
		case p.Clean():
			f.Clean = train.Figure{Accuracy: c.Accuracy, N: c.Images}
		}
	}
	f.Machine = strings.Join(machines, "; ")
	f.Corrupted = &train.Corrupted{N: m.Images, Seed: seedOf(r, name)}
	var suites []string
	for _, c := range m.Corruptions {
		by := train.CorruptionBy{Corruption: c.Name}
		for _, a := range c.Accuracies {
			by.Severities = append(by.Severities, *a)
		}
		f.Corrupted.Each, f.Corrupted.Profile = append(f.Corrupted.Each, by), c.Profile
		if !slices.Contains(suites, c.Suite) {
			suites = append(suites, c.Suite)
		}
	}
	f.Corrupted.Suite = strings.Join(suites, ", ")
	f.Corrupted.SetMeans(seen)
	return f, nil
}

// measured returns a network of which all was measured that was asked for.
func measured(r *report.Report, name string) (*report.Model, error) {
	i := slices.IndexFunc(r.Models, func(m report.Model) bool { return m.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("%s: %s was not measured", r.Name, name)
	}
	for _, e := range r.Results().Entries {
		if e.Network == i && e.Result == nil {
			return nil, fmt.Errorf("%s: %s was not measured under %s", r.Name, name, e.Perturbation)
		}
	}
	return &r.Models[i], nil
}

func seedOf(r *report.Report, name string) uint64 {
	networks := r.Results().Networks
	return networks[slices.IndexFunc(networks, func(n report.Network) bool { return n.Name == name })].Cell.Seed
}

// attackText returns an attack as attack.Parse reads it, with its eps even if that is the usual one.
func attackText(a *attack.Attack, p attack.Params) string {
	options := a.Options(p.Norm)
	eps := options.Lookup("eps")
	text := a.Format(p)
	if eps == nil || !a.Bounded() || strings.Contains(text, "{eps=") {
		return text
	}
	return a.Name + "{eps=" + eps.Text(&p) + "," + strings.TrimPrefix(text, a.Name+"{")
}

func percent(share float64) string { return fmt.Sprintf("%.2f %%", 100*share) }
