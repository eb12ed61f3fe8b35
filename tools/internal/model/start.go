package model

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"

	"steady/core/nn"
	"steady/core/onnx"
	"steady/core/train"
	"steady/tools/internal/optionflags"
	"steady/tools/internal/usage"
)

// Start is a network that training continues from.
type Start struct {
	Network *nn.Network
	File    string // its name, without the folder
	SHA256  string
}

// OpenStart opens the network that the options name for training to continue from, with its preprocessing, for images of a
// shape.
func OpenStart(o Options, image nn.Shape) (*Start, error) {
	layout, err := onnx.ParseLayout(o.Layout)
	if err != nil {
		return nil, usage.Errorf("--%w", err)
	}
	o.Layout, o.Size = string(layout), optionflags.Size{H: image[1], W: image[2]}
	b, reading, files, err := o.openFile(o.Name)
	if err != nil {
		return nil, fmt.Errorf("--init-from: %w", err)
	}
	defer files.close()
	n, err := reading.Read(b)
	if err != nil {
		return nil, readError(o.Name, err)
	}
	reading.Note = nil // it has been said
	if d, err := reading.Describe(b); err == nil && slices.ContainsFunc(d.Operators, func(p onnx.Operator) bool {
		return p.Name == "QuantizeLinear" || p.Name == "DequantizeLinear"
	}) {
		return nil, fmt.Errorf("model %s: it is quantized: want it as it was before, with weights as floats", o.Name)
	}
	o.Size = optionflags.Size{} // which a file that has its own need not have
	if n, err = o.forImages(n, o.Name); err != nil {
		return nil, err
	}
	if !n.Image.Equal(image) {
		return nil, usage.Errorf("model %s takes images of %d×%d×%d, the data has %d×%d×%d: want the same", o.Name,
			n.Image[0], n.Image[1], n.Image[2], image[0], image[1], image[2])
	}
	if n, err = n.Classifier(); err != nil {
		return nil, fmt.Errorf("model %s: %w", o.Name, err)
	}
	if n, err = train.Finetune(n.Pruned()); err != nil { // what the output does not depend on is not trained
		return nil, fmt.Errorf("model %s: %w", o.Name, err)
	}
	if n, err = o.Preprocessing.apply(n, o.Name, o.Backend.say); err != nil {
		return nil, err
	}
	for _, note := range n.Notes {
		o.Backend.say("model %s: %s", o.Name, note)
	}
	sum := sha256.Sum256(b)
	return &Start{n, filepath.Base(o.Name), hex.EncodeToString(sum[:])}, nil
}
