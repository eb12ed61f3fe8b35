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

	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/report"
	"steady/tools/internal/benchrun"
	"steady/tools/internal/datafile"
	"steady/tools/internal/usage"
)

// sweepFolder has the lists of what is to be compared.
const sweepFolder = "tools/family/sweeps"

// sweepSpec is the spec of what the networks of a sweep are measured on, on validation images.
const sweepSpec = "tools/family/sweep.yaml"

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
	var list []member
	for _, line := range s.lines {
		list = append(list, s.member(line))
	}
	if err := trained.trainMissing(ctx, list, nil); err != nil {
		return err
	}
	held, err := trained.heldOut(s)
	if err != nil {
		return err
	}
	var names []string
	for _, m := range list {
		names = append(names, m.name)
	}
	r, err := trained.bench(ctx, names, benchrun.Options{Spec: sweepSpec, Images: held.Images(), Limit: o.images, Out: trained.models + ".db"})
	if err != nil {
		return err
	}
	table, err := trained.sweepTable(name, s, r)
	fmt.Print(table)
	return err
}

// heldOut returns the images that were held out when the networks of a sweep were trained.
func (o *options) heldOut(s *sweep) (*dataset.Set, error) {
	n := 0
	for i, line := range s.lines {
		card, err := o.checkedCard(s.member(line).name)
		if err != nil {
			return nil, err
		}
		v := card.Training.Validation
		if i > 0 && v != n {
			return nil, fmt.Errorf("%s: trained without %d images, the first one without %d: want the same", s.member(line).name, v, n)
		}
		n = v
	}
	read, _, err := datafile.Load(o.data(s.data), dataset.Train, dataset.Options{}, say)
	if err != nil {
		return nil, err
	}
	_, held, err := read.HoldOut(n)
	if err == nil && held.Len() == 0 {
		err = errors.New("the networks of a sweep want --validation, to be measured on what is held out")
	}
	return held, err
}

// sweepTable returns the table of a sweep: a row for each line, a column for each attack.
func (o *options) sweepTable(name string, s *sweep, r *report.Report) (string, error) {
	var b strings.Builder
	var attacks []string
	for i, line := range s.lines {
		m := s.member(line)
		found, err := measured(r, m.name)
		if err != nil {
			return "", err
		}
		if len(found.Corruptions) == 0 {
			return "", fmt.Errorf("%s has no corruptions: want some", sweepSpec)
		}
		card, err := o.card(m.name)
		if err != nil {
			return "", err
		}
		attacked := ""
		for _, c := range r.Cells {
			if c.Model == m.name && c.Attack != "" {
				p, err := bench.Parse(c.Perturbation)
				if err != nil {
					return "", err
				}
				attacked += fmt.Sprintf(" %.1f |", 100*c.Accuracy)
				if i == 0 {
					attacks = append(attacks, fmt.Sprintf("`%s`, %d images", attackText(p.Attack()), c.Images))
				}
			}
		}
		if i == 0 {
			fmt.Fprintf(&b, "`./build.sh family sweep %s`: each with `%s`, measured on %d images held out of the training images (%s).\n\n",
				name, strings.Join(s.all, " "), found.Images, found.Data)
			fmt.Fprintf(&b, "| recipe | clean | %d corruptions, severity %s | %s | seconds |\n|---|---|---|%s---|\n", len(found.Corruptions),
				strings.Join(found.Corruptions[0].Severities, ", "), strings.Join(attacks, " | "), strings.Repeat("---|", len(attacks)))
		}
		fmt.Fprintf(&b, "| `%s` | %.1f | %.1f |%s %.0f |\n", strings.Join(line, " "), 100**found.Clean, 100**found.Corrupted, attacked, card.Seconds)
	}
	return b.String(), nil
}
