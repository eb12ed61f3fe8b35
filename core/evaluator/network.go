package evaluator

import (
	"errors"
	"fmt"
	"slices"

	"steady/core/bench"
	"steady/core/compute/cpu"
	"steady/core/dataset"
	"steady/core/engine"
	"steady/core/eval"
	"steady/core/onnx"
	"steady/core/onnx/filehash"
	"steady/core/preprocess"
	"steady/core/session"
	"steady/core/subject"
)

// network is one that fits the images.
type network struct {
	args    NetworkArgs
	hash    string
	engine  *engine.Engine
	classes []string        // names; nil if they are not known
	images  *dataset.Images // with the labels as its classes
}

// AddNetwork adds a network. On an error there are those of before.
func (e *Evaluator) AddNetwork(a NetworkArgs, file []byte, further []session.File) (*NetworkAnswer, error) {
	if e.images == nil {
		return nil, errors.New("there are no images yet: choose these first")
	}
	for _, other := range e.networks {
		if other.args.Name == a.Name {
			return nil, fmt.Errorf("there is a network called %.60q already: want a name for each", a.Name)
		}
	}
	args := session.NetworkArgs{Preprocessing: a.Preprocessing, Output: a.Output, Size: a.Size, Layout: a.Layout}
	read, err := args.Network(file, further...)
	if errors.Is(err, onnx.ErrSizeFree) && e.images.W > 0 {
		args.Size = [2]int{e.images.H, e.images.W}
		read, err = args.Network(file, further...)
	}
	if err != nil {
		return nil, err
	}
	n := &network{args: a}
	if n.hash, err = filehash.Of(file, read.Weights...); err != nil {
		return nil, err
	}
	if n.engine, err = engine.New(cpu.New(1), read.Network, engine.Config{}); err != nil {
		return nil, err
	}
	for _, other := range e.networks {
		if other.hash == n.hash && other.args.input() == a.input() && slices.Equal(other.engine.InputShape(), n.engine.InputShape()) {
			return nil, fmt.Errorf("%s is the same network as %s: want it once", a.Name, other.args.Name)
		}
	}
	notes := append([]string{}, read.Notes...)
	labels := read.Labels
	if len(a.Classes) > 0 {
		if len(a.Classes) != n.engine.Classes() {
			return nil, fmt.Errorf("there are %d class names, but %s has %d classes", len(a.Classes), a.Name, n.engine.Classes())
		}
		labels = a.Classes
	}
	matching, err := eval.MatchClasses(e.images.Classes, labels, n.engine.Classes(), nil)
	if err != nil {
		return nil, fmt.Errorf("%s does not fit the images of %s: %w", a.Name, e.images.Name, err)
	}
	if matching.Text != "" {
		notes = append(notes, session.Sentence(fmt.Errorf("classes of %s: %s", e.images.Name, matching.Text)))
	}
	n.classes, n.images = matching.Names, matching.Apply(e.images)
	for i, l := range n.images.Labels {
		if l < 0 || l >= n.engine.Classes() {
			return nil, fmt.Errorf("%s has class %d, but %s has the classes 0 to %d", e.images.File(i), l, a.Name, n.engine.Classes()-1)
		}
	}
	if _, _, err := e.prepare(n, bench.Data{}); err != nil {
		return nil, fmt.Errorf("%s does not fit the images of %s: %w", a.Name, e.images.Name, err)
	}
	e.networks = append(e.networks, n)
	e.plan, e.results, e.examples = nil, nil, nil
	return &NetworkAnswer{Name: a.Name, Hash: n.hash, Input: n.engine.InputShape(), Classes: n.engine.Classes(), MACs: read.MACs(), Notes: notes}, nil
}

// input returns what the file does not say of its network's input and output.
func (a *NetworkArgs) input() string {
	m := bench.Model{Output: a.Output, Layout: string(a.Layout), Preprocess: preprocess.Spec{Scale: 1}}
	if a.Preprocessing != nil {
		m.Preprocess = *a.Preprocessing
	}
	return subject.Input(m, &dataset.Images{}, &dataset.Images{})
}

// spec returns the network as an entry of a benchmark's spec.
func (n *network) spec() map[string]any {
	s := map[string]any{"file": n.args.File, "name": n.args.Name}
	if n.args.Output != "" {
		s["output"] = n.args.Output
	}
	if n.args.Layout != "" {
		s["layout"] = string(n.args.Layout)
	}
	if p := n.args.Preprocessing; p != nil {
		if p.Scale != 0 && p.Scale != 1 {
			s["scale"] = float64(p.Scale)
		}
		for name, list := range map[string][]float32{"mean": p.Mean, "std": p.Std} {
			if len(list) == 0 {
				continue
			}
			var numbers []any
			for _, v := range list {
				numbers = append(numbers, float64(v))
			}
			s[name] = numbers
		}
		if p.BGR {
			s["bgr"] = true
		}
	}
	return s
}
