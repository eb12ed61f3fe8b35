package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"steady/core/classnames"
	"steady/core/compute/reference"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/onnx"
	"steady/core/onnx/filehash"
	"steady/core/train"
	"steady/models"
	"steady/tools/internal/input"
	"steady/tools/internal/optionflags"
	"steady/tools/internal/usage"
)

// Options say which network to open, and how.
type Options struct {
	Name          string // ONNX file, or name of a built-in network; "" for the built-in one for images of Channels
	Channels      int
	Output        string // which of the file's outputs has the class scores; "" for the one that fits
	ClassNames    string // file of the class names; "" for those that the ONNX file has
	Preprocessing Preprocessing
	Backend       Backend
	Batch         int               // images computed together; 0 for the engine's own choice
	Size          optionflags.Size  // of the images, for a network that takes images of any size; the others must have it if it is given
	Layout        string            // order of the input's numbers where the file does not say it: "chw", "hwc" or ""
	Reads         func(file string) // called with each file that is read; nil if nobody wants to know
}

// Model is a network ready to run.
type Model struct {
	*engine.Engine
	Name      string
	Hash      string           // SHA-256 of the file, and of those of its weights, in hexadecimal digits
	MACs      int64            // multiply-adds for an image
	classes   []string         // may be empty
	reference *reference.Model // computes the logits, if it is there
}

// Open opens a network.
func Open(o Options) (*Model, error) {
	layout, err := onnx.ParseLayout(o.Layout)
	if err != nil {
		return nil, usage.Errorf("--%w", err)
	}
	o.Layout = string(layout)
	n, file, name, hash, err := o.read()
	if err != nil {
		return nil, err
	}
	plain := n
	if n, err = o.forImages(n, name); err != nil {
		return nil, err
	}
	if n, err = n.Classifier(); err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	for _, note := range n.Notes {
		o.Backend.say("model %s: %s", name, note)
	}
	if n, err = o.Preprocessing.apply(n, name, o.Backend.say); err != nil {
		return nil, err
	}
	m := &Model{Name: name, Hash: hash, MACs: n.MACs(), classes: n.Labels}
	if o.ClassNames != "" {
		if m.classes, err = readClassNames(o.ClassNames, n.Classes()); err != nil {
			return nil, err
		}
		if n.Labels != nil && !slices.Equal(n.Labels, m.classes) {
			o.Backend.say("Class names: %s, not those of model %s (%s).", o.ClassNames, name, n.LabelsFrom)
		}
	} else if n.LabelsFrom != "" && n.LabelsFrom != onnx.OwnLabels {
		o.Backend.say("Class names: %s of model %s.", n.LabelsFrom, name)
	}
	if err := o.Backend.Check(); err != nil {
		return nil, err
	}
	if o.Backend.Name == "reference" {
		// With preprocessing in front, not as in the file, another output, or numbers that it does not decode.
		if n != plain || file == nil || o.Output != "" || has16Bits(file) {
			if file, err = onnx.Write(n); err != nil {
				return nil, fmt.Errorf("model %s: %w", name, err)
			}
		}
		if m.reference, err = reference.New(file, n.Image); err != nil {
			return nil, fmt.Errorf("model %s: %w", name, err)
		}
	}
	m.Engine, err = o.Backend.Prepare(n, engine.Config{Batch: o.Batch})
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	return m, nil
}

// Logits writes the logits, n×classes, of the images x, n×C×H×W.
func (m *Model) Logits(dst, x []float32) error {
	if m.reference != nil {
		return m.reference.Logits(dst, x)
	}
	return m.Engine.Logits(dst, x)
}

// BackendName returns the name of what computes the logits.
func (m *Model) BackendName() string {
	if m.reference != nil {
		return "reference"
	}
	return m.Backend().Name()
}

// HasClassName reports whether the name of a class is known.
func (m *Model) HasClassName(class int) bool { return class < len(m.classes) && m.classes[class] != "" }

// ClassName returns the name of a class, or its number.
func (m *Model) ClassName(class int) string {
	if m.HasClassName(class) {
		return m.classes[class]
	}
	return fmt.Sprintf("class %d", class)
}

// read finds and reads the ONNX file. b is nil if the file does not do by itself what the network does.
func (o Options) read() (n *nn.Network, b []byte, called, hash string, err error) {
	name := o.Name
	if name == "" {
		name = "cifar10-standard"
		if o.Channels == 1 {
			name = "fashion-standard"
		}
	}
	if IsFile(name) {
		n, b, hash, err = o.readFile(name)
		return n, b, name, hash, err
	}
	if b, err = builtIn(name); err != nil {
		return nil, nil, "", "", err
	}
	if n, err = o.reading(name).Read(b); err != nil {
		return nil, nil, "", "", readError(name, err)
	}
	hash, err = filehash.Of(b)
	return n, b, name, hash, err
}

// Names returns the names of the network's classes, as far as they are known; Match adds those of a set.
func (m *Model) Names() []string { return m.classes }

// has16Bits reports whether an ONNX file stores numbers in 16 bits.
func has16Bits(file []byte) bool {
	d, err := onnx.Describe(file)
	return err == nil && d.Elements16 > 0
}

// IsFile reports whether a name is that of a file, not of a built-in network.
func IsFile(name string) bool {
	return strings.EqualFold(filepath.Ext(name), ".onnx") || strings.ContainsAny(name, `/\`) || foreignFormat(name) != ""
}

// foreignFormat returns whose format of networks a file's name says it has, if that is not ONNX, or "".
func foreignFormat(name string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".pt", ".pth", ".pt2", ".ckpt", ".safetensors":
		return "PyTorch"
	case ".keras", ".h5", ".hdf5":
		return "Keras"
	case ".pb", ".tflite":
		return "TensorFlow"
	}
	return ""
}

// builtIn returns the ONNX file of a built-in network.
func builtIn(name string) ([]byte, error) {
	b, err := models.FS.ReadFile(name + ".onnx")
	if err != nil {
		return nil, usage.Errorf("no built-in network is called %q; valid: %s, or a file whose name ends in .onnx",
			name, strings.Join(BuiltIn(), ", "))
	}
	return b, nil
}

// reading returns how an ONNX file is read.
func (o Options) reading(name string) onnx.Options {
	size, layout := [2]int{o.Size.H, o.Size.W}, onnx.Layout(o.Layout)
	return onnx.Options{Output: o.Output, Size: size, Layout: layout, Note: func(text string) {
		if o.Backend.Log != nil {
			fmt.Fprintf(o.Backend.Log, "model %s: %s (--output NAME for another)\n", name, text)
		}
	}}
}

// readError returns the error of an ONNX file, with the flag that may help.
func readError(name string, err error) error {
	if _, several := errors.AsType[*onnx.OutputError](err); several {
		return usage.Errorf("model %s: %w (--output NAME)", name, err)
	}
	return hint(fmt.Errorf("model %s: %w", name, err))
}

// BuiltIn returns the names of the built-in networks, in the order of models.Compare.
func BuiltIn() []string {
	files, _ := fs.Glob(models.FS, "*.onnx")
	for i, f := range files {
		files[i] = strings.TrimSuffix(f, ".onnx")
	}
	slices.SortFunc(files, models.Compare)
	return files
}

// Cards returns the model cards of the built-in networks.
func Cards() ([]train.Card, error) {
	list := []train.Card{}
	for _, name := range BuiltIn() {
		var card train.Card
		b, err := models.FS.ReadFile(name + ".json")
		if err == nil {
			err = json.Unmarshal(b, &card)
		}
		if err != nil {
			return nil, fmt.Errorf("model %s: model card: %w", name, err)
		}
		card.Name = name
		list = append(list, card)
	}
	return list, nil
}

// readClassNames reads the names of so many classes from a file.
func readClassNames(path string, classes int) ([]string, error) {
	b, err := input.File(path, classnames.MaxBytes)
	if err != nil {
		return nil, fmt.Errorf("labels: %w", err)
	}
	list, err := classnames.Parse(b)
	if err != nil {
		return nil, fmt.Errorf("labels %s: %w", path, err)
	}
	if len(list) != classes {
		return nil, fmt.Errorf("labels %s: %d names for the network's %d classes", path, len(list), classes)
	}
	return list, nil
}
