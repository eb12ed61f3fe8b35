package evaluator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"steady/core/bench"
	"steady/core/chart"
	"steady/core/dataset"
	"steady/core/dataset/fashion"
	"steady/core/session"
	"steady/core/subject"
)

// Evaluator has images, networks, and what is to be measured of them; and results, if it is given any. The zero value has
// nothing, but needs Read for files of the user. Its methods are called one at a time.
type Evaluator struct {
	// Read reads a part of a file of the user, by its place in DataArgs.Files.
	Read func(file int, p []byte, at int64) (int, error)
	// Machine is what computes, for results.
	Machine string
	// Program is the version of the program.
	Program string

	images   *dataset.Images
	hash     string
	files    string // what the data is called in a spec
	networks []*network

	plan     *plan
	results  *results
	examples *subject.Examples
}

// Do answers a message. step is called with messages on the way. out is bytes that go with the answer.
func (e *Evaluator) Do(op string, args []byte, data []byte, further []session.File, step func(any)) (answer any, out []byte, err error) {
	switch op {
	case "data":
		answer, err = do(args, func(a DataArgs) (any, error) { return e.SetData(a, step) })
	case "inspect":
		var s session.Session
		answer, err = s.Inspect(data, further...)
	case "names":
		answer, err = do(args, func(a session.NamesArgs) (any, error) { return session.ClassNames(a, data) })
	case "network":
		answer, err = do(args, func(a NetworkArgs) (any, error) { return e.AddNetwork(a, data, further) })
	case "remove":
		answer, err = do(args, func(a RemoveArgs) (any, error) { return Done{}, e.RemoveNetwork(a.Network) })
	case "plan":
		answer, err = do(args, func(a PlanArgs) (any, error) { return e.Plan(a) })
	case "compute":
		answer, err = do(args, func(a TaskArgs) (any, error) { return e.Compute(a, step) })
	case "put":
		answer, err = do(args, func(a PutArgs) (any, error) { return e.Put(a) })
	case "summary":
		answer, err = e.Summary()
	case "details":
		answer, err = do(args, func(a DetailsArgs) (details any, err error) {
			details, out, err = e.Details(a)
			return details, err
		})
	case "export":
		answer, err = do(args, func(a ExportArgs) (any, error) {
			out, err = e.Export(a.Kind)
			return Done{}, err
		})
	default:
		err = fmt.Errorf("evaluator: unknown operation %q", op)
	}
	return answer, out, err
}

// do calls a method with its arguments.
func do[A any](args []byte, f func(A) (any, error)) (any, error) {
	var a A
	if err := json.Unmarshal(args, &a); err != nil {
		return nil, fmt.Errorf("evaluator: arguments: %w", err)
	}
	return f(a)
}

// Describe returns what can be measured.
func Describe() Description {
	var d Description
	for _, s := range bench.Suites() {
		info := SuiteInfo{Name: s.Name, Title: s.Title, Source: s.Source, Note: s.Note, Cells: len(s.Perturbations), Corruptions: []string{}}
		last := ""
		for _, p := range s.Perturbations {
			if a, _ := p.Attack(); a != nil {
				info.Attacks++
			}
			if c, _, _ := p.Corruption(); c != nil && c.Name != last {
				last = c.Name
				info.Corruptions = append(info.Corruptions, c.Name)
			}
		}
		d.Suites = append(d.Suites, info)
	}
	for percent := range 101 {
		fill, ink := chart.Shade(float64(percent) / 100)
		d.Shades = append(d.Shades, Shade{fill, ink})
	}
	return d
}

// SetData opens images. On an error those before stay; else networks are to be added anew.
func (e *Evaluator) SetData(a DataArgs, step func(any)) (*DataAnswer, error) {
	images, name, err := e.open(a)
	if err != nil {
		return nil, err
	}
	hash := a.Hash
	if hash == "" {
		told := -1
		hash, err = images.Hash(context.Background(), func(done int) {
			if share := 100 * done / images.Len(); share != told {
				told = share
				step(ReadingStep{done, images.Len()})
			}
		})
		if err != nil {
			images.Close()
			return nil, err
		}
	}
	if e.images != nil {
		e.images.Close()
	}
	e.images, e.hash, e.files = images, hash, name
	e.networks, e.plan, e.results, e.examples = nil, nil, nil, nil
	notes := images.Notes
	if notes == nil {
		notes = []string{}
	}
	classes := images.Classes
	if classes == nil {
		classes = []string{}
	}
	return &DataAnswer{Name: images.Name, Hash: hash, Images: images.Len(), Classes: classes, Channels: images.C, Height: images.H, Width: images.W, Notes: notes}, nil
}

// open opens the images, and returns what a spec calls them.
func (e *Evaluator) open(a DataArgs) (images *dataset.Images, called string, err error) {
	if len(a.Files) == 0 {
		return fashion.Test().Images(), fashion.Name, nil
	}
	f, err := newFiles(a.Files, e.Read)
	if err != nil {
		return nil, "", err
	}
	fsys, names, called, err := f.locate()
	if err != nil {
		return nil, "", err
	}
	var failure error // the most telling one
	for _, name := range names {
		images, err = dataset.Open(fsys, name, dataset.Test, dataset.Options{})
		if err == nil {
			break
		}
		if failure == nil || !errors.Is(err, dataset.ErrUnknown) {
			failure = err
		}
	}
	if err != nil {
		return nil, "", errors.New(strings.Replace(strings.TrimPrefix(failure.Error(), "dataset: "), ".: ", called+": ", 1))
	}
	if images.Len() == 0 {
		images.Close()
		return nil, "", fmt.Errorf("%s has no images", called)
	}
	if n := images.Name; n == "" || n == "images" || strings.HasPrefix(n, ".") || strings.HasPrefix(n, "-") { // of what has no folder with a name
		images.Name = called
	}
	return images, called, nil
}

// RemoveNetwork removes a network by its place.
func (e *Evaluator) RemoveNetwork(i int) error {
	if i < 0 || i >= len(e.networks) {
		return fmt.Errorf("evaluator: there is no network %d", i)
	}
	e.networks = append(e.networks[:i:i], e.networks[i+1:]...)
	e.plan, e.results, e.examples = nil, nil, nil
	return nil
}
