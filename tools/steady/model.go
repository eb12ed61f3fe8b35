package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"steady/core/compute/reference"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/onnx"
	"steady/core/train"
	"steady/models"
)

// modelFlags are the flags of every command that runs a network.
type modelFlags struct {
	name, labels string
	mean, std    string
	scale        fraction
	bgr          bool
	engine       engineFlags
	batch        int
}

func (f *modelFlags) add(c *cobra.Command) {
	f.scale.text, f.scale.value = "1", 1
	c.Flags().StringVar(&f.name, "model", "", "ONNX file, or name of a built-in network (default: the one that fits)")
	c.Flags().StringVar(&f.mean, "mean", "", "the network wants (pixel·scale - mean)/std: its mean, one number or R,G,B")
	c.Flags().StringVar(&f.std, "std", "", "its std, one number or R,G,B")
	c.Flags().Var(&f.scale, "scale", "its scale: 255 for a network that takes 0 to 255")
	c.Flags().BoolVar(&f.bgr, "bgr", false, "it takes blue, green, red")
	c.Flags().StringVar(&f.labels, "labels", "", "file of its class names: one a line, or JSON")
	f.engine.add(c)
	c.Flags().IntVar(&f.batch, "batch", 0, "images computed together (default: the engine's own)")
}

// model is a network ready to run.
type model struct {
	*engine.Engine
	name      string
	net       *nn.Network
	labels    []string         // may be empty
	reference *reference.Model // computes the logits, if it is there
}

// Logits writes the logits (n×classes) of the images x (n×C×H×W).
func (m *model) Logits(dst, x []float32) error {
	if m.reference != nil {
		return m.reference.Logits(dst, x)
	}
	return m.Engine.Logits(dst, x)
}

// engineName is what computes the logits.
func (m *model) engineName() string {
	if m.reference != nil {
		return "reference"
	}
	return m.Backend().Name()
}

// label is a class's name, or its number.
func (m *model) label(class int) string {
	if class < len(m.labels) {
		return m.labels[class]
	}
	return fmt.Sprintf("class %d", class)
}

// load reads the network that flags name and prepares it. If they name none, it is the built-in network for
// images of c channels, which must have a size.
func (a *app) load(f *modelFlags, c int) (*model, error) {
	n, file, name, err := f.network(c)
	if err != nil {
		return nil, err
	}
	plain := n
	if s := n.Image; len(s) != 3 || s[0] != 1 && s[0] != 3 {
		return nil, fmt.Errorf("model %s: takes inputs of %v: want pictures, 1 or 3 × height × width", name, []int(n.Image))
	}
	if n, err = f.normalised(n, name); err != nil {
		return nil, err
	}
	m := &model{name: name, net: n, labels: n.Labels}
	if f.labels != "" {
		if m.labels, err = readLabels(f.labels, n.Classes()); err != nil {
			return nil, err
		}
	}
	if err := f.engine.check(); err != nil {
		return nil, err
	}
	if f.engine.name == "reference" {
		if n != plain { // with preprocessing in front
			if file, err = onnx.Write(n); err != nil {
				return nil, fmt.Errorf("model %s: %w", name, err)
			}
		}
		if m.reference, err = reference.New(file, n.Image); err != nil {
			return nil, fmt.Errorf("model %s: %w", name, err)
		}
	}
	if f.batch < 0 {
		return nil, usagef("--batch %d: not negative", f.batch)
	}
	m.Engine, err = a.prepareEngine(f.engine, n, engine.Config{Batch: f.batch})
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	return m, nil
}

// network finds and reads the ONNX file.
func (f *modelFlags) network(channels int) (n *nn.Network, b []byte, name string, err error) {
	name = f.name
	if name == "" {
		name = "cifar10-standard"
		if channels == 1 {
			name = "fashion-standard"
		}
	}
	if strings.EqualFold(filepath.Ext(name), ".onnx") || strings.ContainsAny(name, `/\`) {
		b, err = os.ReadFile(name)
	} else if b, err = models.FS.ReadFile(name + ".onnx"); errors.Is(err, fs.ErrNotExist) {
		return nil, nil, "", usagef("no built-in network is called %q: there are %s; a file's name ends in .onnx",
			name, strings.Join(builtInModels(), ", "))
	}
	if err != nil {
		return nil, nil, "", fmt.Errorf("model: %w", err)
	}
	if n, err = onnx.Read(b); err != nil {
		return nil, nil, "", fmt.Errorf("model %s: %w", name, err)
	}
	return n, b, name, nil
}

func builtInModels() []string {
	files, _ := fs.Glob(models.FS, "*.onnx")
	for i, f := range files {
		files[i] = strings.TrimSuffix(f, ".onnx")
	}
	slices.Sort(files)
	return files
}

// cards gives what is known of the built-in networks, from the JSON files beside them.
func cards() ([]train.Card, error) {
	list := []train.Card{}
	for _, name := range builtInModels() {
		var card train.Card
		b, err := models.FS.ReadFile(name + ".json")
		if err == nil {
			err = json.Unmarshal(b, &card)
		}
		if err != nil {
			return nil, fmt.Errorf("model %s: card: %w", name, err)
		}
		card.Name = name
		list = append(list, card)
	}
	return list, nil
}

// normalised puts the preprocessing that the flags tell of into the network.
func (f *modelFlags) normalised(n *nn.Network, name string) (*nn.Network, error) {
	if f.mean == "" && f.std == "" && f.scale.value == 1 && !f.bgr {
		return n, nil
	}
	numbers := func(flag, text string) ([]float32, error) {
		if text == "" {
			return nil, nil
		}
		v, err := parseNumbers(text)
		if err != nil {
			return nil, usagef("--%s: %w", flag, err)
		}
		if len(v) != 1 && len(v) != n.Image[0] {
			return nil, usagef("--%s %s: give one number, or one for each of the network's %d channels", flag, text, n.Image[0])
		}
		return v, nil
	}
	mean, err := numbers("mean", f.mean)
	if err != nil {
		return nil, err
	}
	std, err := numbers("std", f.std)
	if err != nil {
		return nil, err
	}
	if slices.Contains(std, 0) {
		return nil, usagef("--std %s: nothing can be divided by 0", f.std)
	}
	if f.scale.value == 0 {
		return nil, usagef("--scale 0 leaves nothing of a picture")
	}
	if f.bgr && n.Image[0] != 3 {
		return nil, usagef("--bgr: model %s takes grey pictures", name)
	}
	return n.Normalized(mean, std, float32(f.scale.value), f.bgr), nil
}

// readLabels reads class names: a JSON list, a JSON object from class numbers to names, or one a line.
func readLabels(path string, classes int) ([]string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("labels: %w", err)
	}
	var list []string
	var table map[int]string
	switch {
	case json.Unmarshal(b, &list) == nil:
	case json.Unmarshal(b, &table) == nil:
		for i := range len(table) {
			name, ok := table[i]
			if !ok {
				return nil, fmt.Errorf("labels %s: %d names, but none for class %d", path, len(table), i)
			}
			list = append(list, name)
		}
	default:
		for line := range strings.Lines(strings.TrimSpace(string(b))) {
			list = append(list, strings.TrimSpace(line))
		}
	}
	if len(list) != classes {
		return nil, fmt.Errorf("labels %s: %d names for the network's %d classes", path, len(list), classes)
	}
	return list, nil
}
