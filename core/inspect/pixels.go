package inspect

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"steady/core/onnx"
	"steady/core/preprocess"
)

// Pixels is what a network seems to want of its pixels. It is never applied by itself: only whoever trained the network
// knows.
type Pixels struct {
	Certain  bool             `json:"certain"`  // the file says so itself, it is not only likely
	Preset   string           `json:"preset"`   // preset that seems right; "" if none is known to
	Spec     *preprocess.Spec `json:"spec"`     // the numbers of it, or others; nil if nothing is known
	Evidence []string         `json:"evidence"` // what says so, the strongest first
}

// hint is one thing that says something of the pixels.
type hint struct {
	certain bool
	spec    *preprocess.Spec // nil if it only narrows things down
	text    string
}

// pixels returns what a file seems to want.
func pixels(d *onnx.Description, r *Report) Pixels {
	p := Pixels{Evidence: []string{}}
	for _, find := range []func(*onnx.Description, *Report) []hint{fromInput, fromLayers, fromMetadata} {
		for _, h := range find(d, r) {
			p.add(h)
		}
	}
	if !p.Certain {
		for _, h := range fromFamily(d, r) {
			p.add(h)
		}
	}
	if order, _ := property(d, "image.bitmappixelformat"); p.Spec != nil && strings.HasPrefix(strings.ToLower(order), "bgr") {
		s := *p.Spec
		s.BGR = true
		p.Spec, p.Preset = &s, s.Name()
	}
	return p
}

// add adds evidence that is weaker than what there is.
func (p *Pixels) add(h hint) {
	p.Evidence = append(p.Evidence, h.text)
	if h.spec != nil && p.Spec == nil {
		p.Spec, p.Preset, p.Certain = h.spec, h.spec.Name(), h.certain
	}
}

func preset(name string) *preprocess.Spec {
	p, err := preprocess.Lookup(name)
	if err != nil {
		panic(err)
	}
	return &p.Spec
}

// property returns a metadata property by its name in lower case.
func property(d *onnx.Description, name string) (string, bool) {
	for _, p := range d.Metadata {
		if strings.ToLower(p.Key) == name {
			return p.Value, true
		}
	}
	return "", false
}

// fromMetadata reads what Windows ML's tools and Ultralytics write.
func fromMetadata(d *onnx.Description, _ *Report) (hints []hint) {
	if v, ok := property(d, "image.nominalpixelrange"); ok {
		h := hint{certain: true, text: fmt.Sprintf("metadata Image.NominalPixelRange is %.40q", v)}
		switch strings.ToLower(v) {
		case "nominalrange_0_255":
			h.spec = preset("0-255")
		case "normalized_0_1":
			h.spec = preset("none")
		case "normalized_1_1":
			h.spec = preset("tf")
		}
		if order, ok := property(d, "image.bitmappixelformat"); ok {
			h.text += fmt.Sprintf(", Image.BitmapPixelFormat %.40q", order)
		}
		hints = append(hints, h)
	}
	for _, keys := range numberKeys {
		if h, ok := fromNumbers(d, keys); ok {
			hints = append(hints, h)
		}
	}
	if author, _ := property(d, "author"); author == "Ultralytics" {
		hints = append(hints, hint{true, preset("none"), "metadata author is Ultralytics, whose classifiers take pixels from 0 to 1"})
	}
	return hints
}

// numberKeys has the properties in which programs write mean and standard deviation, in lower case.
var numberKeys = [][2]string{
	{"standardization_mean", "standardization_std"},              // Deepness
	{"model_info mean_values", "model_info scale_values"},        // OpenVINO's training extensions, Geti
	{"image_mean", "image_std"},                                  // Hugging Face's names
	{"normalization_mean", "normalization_std"}, {"mean", "std"}, // of many scripts
}

// fromNumbers reads mean and standard deviation, of pixels from 0 to 1 or, if they are larger, from 0 to 255.
func fromNumbers(d *onnx.Description, keys [2]string) (hint, bool) {
	mean, ok := property(d, keys[0])
	std, both := property(d, keys[1])
	if !ok || !both {
		return hint{}, false
	}
	s := preprocess.Spec{Scale: 1, Mean: parseNumbers(mean), Std: parseNumbers(std)}
	if len(s.Mean) == 0 || len(s.Std) == 0 || slices.Contains(s.Std, 0) {
		return hint{}, false
	}
	if slices.Max(s.Mean) > 2 || slices.Max(s.Std) > 2 {
		s.Scale = 255
	}
	h := hint{true, &s, fmt.Sprintf("metadata %s is %.40q, %s %.40q", keys[0], mean, keys[1], std)}
	if doubts := s.Doubts(); doubts != nil {
		h = hint{text: h.text + ", which contradict each other"}
	}
	return h, true
}

// parseNumbers reads one number or three, with commas or spaces between them, perhaps in brackets.
func parseNumbers(text string) (list []float32) {
	words := strings.FieldsFunc(strings.Trim(text, "[]() "), func(c rune) bool { return c == ',' || c == ' ' })
	if len(words) != 1 && len(words) != 3 {
		return nil
	}
	for _, w := range words {
		x, err := strconv.ParseFloat(w, 32)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			return nil
		}
		list = append(list, float32(x))
	}
	return list
}

// fromInput reads the type of the input.
func fromInput(_ *onnx.Description, r *Report) []hint {
	if len(r.Inputs) > 0 && r.Inputs[0].Type == "uint8" {
		return []hint{{true, preset("none"), "the input is of bytes: pixels go in as they are, and the network scales them itself"}}
	}
	return nil
}

// fromLayers reads the normalization that the network begins with.
func fromLayers(d *onnx.Description, r *Report) []hint {
	n := d.Network
	if n == nil {
		n = d.Begun
	}
	in := preprocess.FindInside(n)
	if in == nil || len(r.Inputs) > 0 && r.Inputs[0].Type == "uint8" {
		return nil
	}
	h := hint{certain: true}
	how := in.String()
	switch in.Range() {
	case preprocess.Unit:
		h.spec, h.text = preset("none"), how+": pixels from 0 to 1 go in"
	case preprocess.Bytes:
		h.spec, h.text = preset("0-255"), how+": pixels from 0 to 255 go in"
	case preprocess.Normalized:
		h.certain, h.text = false, how+": pixels that are normalized before go in"
		if in.Op == "Concat" { // torchvision's transform_input
			h.spec = preset("imagenet")
		}
	default:
		h.certain, h.text = false, how
	}
	return []hint{h}
}

// fromFamily reads who wrote the file, and for which images.
func fromFamily(d *onnx.Description, r *Report) []hint {
	shape := []string{}
	if len(r.Inputs) > 0 {
		shape = r.Inputs[0].Shape
	}
	side := func(sizes ...string) bool { return len(shape) == 4 && slices.Contains(sizes, shape[2]) }
	producer := strings.ToLower(d.Producer)
	who := fmt.Sprintf("written by %.40q", d.Producer)
	likely := func(name, text string) []hint { return []hint{{false, preset(name), text}} }
	switch {
	case strings.Contains(producer, "caffe2"):
		return likely("caffe", who+": networks that came from Caffe mostly take its pixels")
	case strings.HasPrefix(producer, "pytorch") && r.Classes == 1000:
		if side("299") {
			return likely("tf", who+", images of 299×299, 1000 classes: Inception networks mostly take pixels from -1 to 1")
		}
		return likely("imagenet", who+", 1000 classes: most such networks, torchvision's among them, take ImageNet's mean and deviation")
	case strings.HasPrefix(producer, "pytorch") && side("28", "32"):
		return []hint{{text: who + ", small images: often mean and deviation of the data they were trained on (cifar10, cifar100, mnist), or tf"}}
	case strings.HasPrefix(producer, "mxnet"):
		return likely("imagenet", who+": GluonCV's networks take ImageNet's mean and deviation")
	case strings.HasPrefix(producer, "tf2onnx"), strings.HasPrefix(producer, "keras"):
		return []hint{{text: who + ": networks of TensorFlow and Keras take tf, caffe or 0-255, or scale by themselves"}}
	}
	return nil
}
