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
	"steady/core/compute/cpu"
	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/eval"
	"steady/core/nn"
	"steady/core/onnx"
	"steady/core/train"
	"steady/core/train/monitor"
	"steady/tools/internal/datafile"
	"steady/tools/internal/output"
)

// plan says what to measure.
type plan struct {
	images     int // at most, clean and corrupted
	severities []int
	attacks    []attackPlan
}

// attackPlan is an attack on the first images of a set.
type attackPlan struct {
	text   string // as attack.Parse reads it
	images int
}

// full is what model cards have. AutoAttack takes minutes for a robust network, the others seconds.
var full = plan{
	images:     10_000,
	severities: []int{1, 2, 3, 4, 5},
	attacks: []attackPlan{
		{"fgsm{eps=2/255,norm=linf}", 1000},
		{"mi-fgsm{eps=2/255,norm=linf}", 1000},
		{"pgd{eps=2/255,steps=20,norm=linf}", 1000},
		{"pgd{eps=0.25,steps=20,norm=l2}", 1000},
		{"deepfool{norm=l2}", 1000},
		{autoAttack8, 1000},
		{autoAttack2, 200},
		{autoAttackL2, 200},
	},
}

// The attacks that the first table names.
const (
	autoAttack8  = "autoattack{eps=8/255,norm=linf}"
	autoAttack2  = "autoattack{eps=2/255,norm=linf}"
	autoAttackL2 = "autoattack{eps=0.5,norm=l2}"
)

// upTo returns the plan with no more than n images for anything; 0 is no limit.
func (p plan) upTo(n int) plan {
	if n == 0 {
		return p
	}
	p.images = min(p.images, n)
	p.attacks = slices.Clone(p.attacks)
	for i := range p.attacks {
		p.attacks[i].images = min(p.attacks[i].images, n)
	}
	return p
}

// network is one that is measured.
type network struct {
	name    string
	card    *train.Card
	engine  *engine.Engine
	results store
}

// open reads a network and its model card, to be measured on a set with this sum.
func (o *options) open(name, set string) (*network, error) {
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
	n, err := onnx.Read(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	e, err := engine.New(cpu.New(o.threads), n, engine.Config{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &network{name, card, e, newStore(o.work, card.SHA256, set)}, nil
}

// measure measures networks on the test images of their sets, and writes the figures into their model cards. Those that
// are not trained yet are left out, unless they were named.
func (o *options) measure(ctx context.Context, list []member, named bool) error {
	present, err := o.present(list, named)
	if err != nil {
		return err
	}
	for _, data := range sets(present) {
		set, err := o.testSet(data)
		if err != nil {
			return err
		}
		sum := set.SHA256()
		var networks []*network
		for _, m := range present {
			if m.data != data {
				continue
			}
			n, err := o.open(m.name, sum)
			if err == nil && n.card.Training.Validate() != nil {
				err = fmt.Errorf("%s: this program does not know all that its model card says of its training", m.name)
			}
			if err != nil {
				return err
			}
			networks = append(networks, n)
		}
		p := full.upTo(o.images)
		if err := p.run(ctx, networks, set); err != nil {
			return err
		}
		for _, n := range networks {
			if n.card.Figures, err = p.figures(n, set); err != nil {
				return err
			}
			if err := output.JSON(filepath.Join(o.models, n.name+".json"), n.card); err != nil {
				return err
			}
		}
	}
	return nil
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

func (o *options) testSet(name string) (*dataset.Set, error) {
	set, _, err := datafile.Load(o.data(name), dataset.Test, dataset.Options{}, say)
	return set, err
}

// run measures what is not measured yet.
func (p plan) run(ctx context.Context, networks []*network, set *dataset.Set) error {
	some := set.Limit(p.images)
	if err := p.accuracy(ctx, networks, some, p.clean(), eval.Options{}); err != nil {
		return err
	}
	for _, c := range monitor.Corruptions() {
		for _, severity := range p.severities {
			o := eval.Options{Corruption: c, Corrupt: corrupt.Options{Severity: severity}}
			if err := p.accuracy(ctx, networks, some, p.corrupted(c, severity), o); err != nil {
				return err
			}
		}
	}
	for _, a := range p.attacks {
		for _, n := range networks {
			if err := a.run(ctx, n, set); err != nil {
				return fmt.Errorf("%s, %s: %w", n.name, a.text, err)
			}
		}
	}
	return nil
}

// The names of measurements in the store.

func (p plan) clean() string { return fmt.Sprintf("clean %d", p.images) }

func (p plan) corrupted(c *corrupt.Corruption, severity int) string {
	return fmt.Sprintf("%s %d %d", c.Name, severity, p.images)
}

func (a attackPlan) name() string { return fmt.Sprintf("%s %d", a.text, a.images) }

// accuracy measures, all at once, the networks of which a measurement is missing.
func (p plan) accuracy(ctx context.Context, networks []*network, set *dataset.Set, measurement string, o eval.Options) error {
	var missing []*network
	var models []eval.Model
	for _, n := range networks {
		_, there, err := n.results.get(measurement)
		if err != nil {
			return err
		}
		if !there {
			missing, models = append(missing, n), append(models, n.engine)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	source, err := eval.NewSource(set.Images(), nn.Shape{set.C, set.H, set.W}, o)
	if err != nil {
		return err
	}
	begin := time.Now()
	all, err := eval.EvaluateAll(ctx, models, source, eval.AccuracyOptions{})
	if err != nil {
		return err
	}
	var text []string
	for k, n := range missing {
		if err := n.results.put(result{Measurement: measurement, Right: all[k].Right, N: all[k].N}); err != nil {
			return err
		}
		text = append(text, n.name+" "+percent(all[k].Share()))
	}
	say("%s (%.1f s): %s", measurement, time.Since(begin).Seconds(), strings.Join(text, ", "))
	return nil
}

// run attacks a network, unless that was done.
func (a attackPlan) run(ctx context.Context, n *network, set *dataset.Set) error {
	if _, there, err := n.results.get(a.name()); there || err != nil {
		return err
	}
	method, params, err := attack.Parse(a.text)
	if err != nil {
		return err
	}
	source, err := eval.NewSource(set.Limit(a.images).Images(), nn.Shape{set.C, set.H, set.W}, eval.Options{})
	if err != nil {
		return err
	}
	begin := time.Now()
	r, err := eval.Attack(ctx, n.engine, source, method, params, eval.AttackOptions{})
	if err != nil {
		return err
	}
	found := result{Measurement: a.name(), Right: int(r.Robust*float64(r.N) + .5), N: r.N}
	if !method.Bounded() {
		found.MedianL2 = r.MedianL2
	}
	say("%s (%.1f s): %s %s", a.name(), time.Since(begin).Seconds(), n.name, percent(r.Robust))
	return n.results.put(found)
}

// figures returns what was measured, for a model card.
func (p plan) figures(n *network, set *dataset.Set) (*train.Figures, error) {
	clean, err := n.result(p.clean())
	if err != nil {
		return nil, err
	}
	f := &train.Figures{
		Data: set.Name, Clean: train.Figure{Accuracy: clean.share(), N: clean.N},
		Corrupted: &train.Corrupted{
			Suite: "imagenet-c, imagenet-c-extra", Profile: corrupt.Auto.For(set.W, set.H).String(), N: clean.N,
		},
	}
	used := []result{clean}
	for _, c := range monitor.Corruptions() {
		by := train.CorruptionBy{Corruption: c.Name}
		for _, severity := range p.severities {
			r, err := n.result(p.corrupted(c, severity))
			if err != nil {
				return nil, err
			}
			used = append(used, r)
			by.Severities = append(by.Severities, r.share())
		}
		f.Corrupted.Each = append(f.Corrupted.Each, by)
	}
	f.Corrupted.SetMeans(n.card.Training.Seen())
	for _, a := range p.attacks {
		r, err := n.result(a.name())
		if err != nil {
			return nil, err
		}
		used = append(used, r)
		method, params, err := attack.Parse(a.text)
		if err != nil {
			return nil, err
		}
		f.Attacked = append(f.Attacked, train.Attacked{
			Attack: a.text, Parameters: method.Describe(params), N: r.N, Accuracy: r.share(), MedianL2: r.MedianL2,
		})
	}
	f.Revision, f.Machine = distinct(used, func(r result) string { return r.Revision }), distinct(used, func(r result) string { return r.Machine })
	return f, nil
}

// distinct returns what the results say of something, each once.
func distinct(results []result, of func(result) string) string {
	var texts []string
	for _, r := range results {
		if text := of(r); text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "; ")
}

// result returns the result of a measurement that was made.
func (n *network) result(measurement string) (result, error) {
	r, there, err := n.results.get(measurement)
	if err == nil && !there {
		err = fmt.Errorf("%s: %s was not measured", n.name, measurement)
	}
	return r, err
}

func percent(share float64) string { return fmt.Sprintf("%.2f %%", 100*share) }
