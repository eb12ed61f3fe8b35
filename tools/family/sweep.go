package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"steady/core/dataset"
	"steady/core/train/monitor"
	"steady/tools/internal/datafile"
	"steady/tools/internal/usage"
)

// sweepFolder has the lists of what is to be compared.
const sweepFolder = "tools/family/sweeps"

// quick is what the networks of a sweep are measured with, on validation images.
var quick = plan{
	images:     5000,
	severities: []int{3},
	attacks: []attackPlan{
		{"pgd{eps=2/255,steps=10,norm=linf}", 1000},
		{"pgd{eps=8/255,steps=10,norm=linf}", 1000},
	},
}

// sweep is a list of ways to train, compared with few images and epochs.
type sweep struct {
	data  string
	all   []string   // flags of every run
	lines [][]string // recipe and flags of each
}

// readSweep reads a list: a line "data: NAME", a line "all: FLAGS", and a line for each way to train, a recipe and its
// flags. Lines that begin with # are remarks.
func readSweep(name string) (*sweep, error) {
	path := filepath.Join(sweepFolder, name+".txt")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage.Errorf("sweep %s: there is no %s", name, path)
	}
	if err != nil {
		return nil, err
	}
	s := new(sweep)
	for line := range strings.Lines(string(b)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || strings.HasPrefix(words[0], "#"):
		case words[0] == "data:" && len(words) == 2:
			s.data = words[1]
		case words[0] == "all:":
			s.all = words[1:]
		default:
			s.lines = append(s.lines, words)
		}
	}
	if s.data == "" || len(s.lines) == 0 {
		return nil, fmt.Errorf("%s: want a line \"data: NAME\", and a recipe on others", path)
	}
	if !slices.ContainsFunc(s.all, func(flag string) bool { return strings.HasPrefix(flag, "--validation=") }) {
		return nil, fmt.Errorf("%s: want --validation=N in the line \"all:\", for images to measure on", path)
	}
	return s, nil
}

// member returns a line as a network to train, called after what it is.
func (s *sweep) member(line []string) member {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' {
			return r
		}
		return '-'
	}, strings.ReplaceAll(strings.Join(line, " "), "--", ""))
	return member{strings.TrimRight(name, "-"), s.data, slices.Concat(line[:1], s.all, line[1:])}
}

// sweep trains what a list names, as far as it is not there yet, measures it, and prints a table.
func (o *options) sweep(ctx context.Context, name string) error {
	s, err := readSweep(name)
	if err != nil {
		return err
	}
	trained := *o
	trained.models = filepath.Join(o.work, "sweeps", name)
	if err := os.MkdirAll(trained.models, 0o777); err != nil {
		return err
	}
	for _, line := range s.lines {
		m := s.member(line)
		switch card, err := trained.card(m.name); {
		case errors.Is(err, fs.ErrNotExist) || err == nil && o.force:
		case err != nil:
			return err
		case card.Command != m.command():
			return fmt.Errorf("%s was trained by %q, the list has %q: -force trains it again", m.name, card.Command, m.command())
		default:
			continue
		}
		if err := trained.trainOne(ctx, m, trained.models); err != nil {
			return err
		}
	}
	networks, set, err := trained.openSweep(s)
	if err != nil {
		return err
	}
	p := quick.upTo(o.images)
	if err := p.run(ctx, networks, set); err != nil {
		return err
	}
	table, err := p.sweepTable(name, s, networks, set)
	fmt.Print(table)
	return err
}

// openSweep opens the networks of a sweep, and the images that were held out when they were trained.
func (o *options) openSweep(s *sweep) ([]*network, *dataset.Set, error) {
	read, _, err := datafile.Load(o.data(s.data), dataset.Train, dataset.Options{}, say)
	if err != nil {
		return nil, nil, err
	}
	first, err := o.card(s.member(s.lines[0]).name)
	if err != nil {
		return nil, nil, err
	}
	_, held, err := read.HoldOut(first.Training.Validation)
	if err == nil && held.Len() == 0 {
		err = errors.New("the networks of a sweep want --validation, to be measured on what is held out")
	}
	if err != nil {
		return nil, nil, err
	}
	sum := held.SHA256()
	var networks []*network
	for _, line := range s.lines {
		n, err := o.open(s.member(line).name, sum)
		if err != nil {
			return nil, nil, err
		}
		if v := n.card.Training.Validation; v != held.Len() {
			return nil, nil, fmt.Errorf("%s: trained without %d images, the first one without %d: want the same", n.name, v, held.Len())
		}
		networks = append(networks, n)
	}
	return networks, held, nil
}

// sweepTable returns the table of a sweep.
func (p plan) sweepTable(name string, s *sweep, networks []*network, set *dataset.Set) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "`./build.sh family sweep %s`: each with `%s`, measured on %d images held out of the training images (%s), attacks on the first %d.\n\n",
		name, strings.Join(s.all, " "), min(p.images, set.Len()), set.Name, min(p.attacks[0].images, set.Len()))
	b.WriteString("| recipe | clean | 19 corruptions, severity 3 | PGD-10 2/255 | PGD-10 8/255 | seconds |\n|---|---|---|---|---|---|\n")
	for i, n := range networks {
		clean, err := n.result(p.clean())
		if err != nil {
			return "", err
		}
		mean := 0.
		for _, c := range monitor.Corruptions() {
			r, err := n.result(p.corrupted(c, p.severities[0]))
			if err != nil {
				return "", err
			}
			mean += r.share() / float64(len(monitor.Corruptions()))
		}
		fmt.Fprintf(&b, "| `%s` | %.1f | %.1f |", strings.Join(s.lines[i], " "), 100*clean.share(), 100*mean)
		for _, a := range p.attacks {
			r, err := n.result(a.name())
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&b, " %.1f |", 100*r.share())
		}
		fmt.Fprintf(&b, " %.0f |\n", n.card.Seconds)
	}
	return b.String(), nil
}
