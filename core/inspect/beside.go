package inspect

import (
	"encoding/json"
	"fmt"
	"slices"

	"steady/core/classnames"
	"steady/core/preprocess"
)

// PreprocessorConfig is the name of the file in which Hugging Face's models have their preprocessing.
const PreprocessorConfig = "preprocessor_config.json"

// AddPreprocessorConfig adds what a preprocessor_config.json beside the file says of the pixels. What the file itself says
// comes before it; a file that is something else changes nothing.
func (r *Report) AddPreprocessorConfig(b []byte) {
	c := struct {
		Normalize *bool     `json:"do_normalize"`
		Mean      []float32 `json:"image_mean"`
		Std       []float32 `json:"image_std"`
		Rescale   *bool     `json:"do_rescale"`
		Factor    float32   `json:"rescale_factor"`
	}{Factor: 1. / 255}
	if json.Unmarshal(b, &c) != nil || c.Factor <= 0 {
		return
	}
	isSet := func(p *bool) bool { return p == nil || *p }
	normalized := isSet(c.Normalize) && len(c.Mean) > 0
	switch {
	case !normalized && c.Normalize == nil, // a configuration of something else
		normalized && (len(c.Mean) != len(c.Std) || len(c.Mean) != 1 && len(c.Mean) != 3 || slices.Contains(c.Std, 0)),
		!normalized && isSet(c.Normalize):
		return
	}
	s := preprocess.Spec{Scale: 255, Mean: []float32{}, Std: []float32{}}
	if isSet(c.Rescale) {
		s.Scale = 255 * c.Factor
	}
	if near := s.Scale - 1; max(near, -near) < 1e-4 {
		s.Scale = 1
	}
	text := "it does not normalize"
	if normalized {
		s.Mean, s.Std = c.Mean, c.Std
		text = fmt.Sprintf("image_mean %v, image_std %v", c.Mean, c.Std)
	}
	h := hint{true, &s, fmt.Sprintf("%s beside the file: %s", PreprocessorConfig, text)}
	if p := &r.Pixels; p.Certain {
		p.add(hint{text: h.text})
	} else {
		weaker := p.Evidence
		*p = Pixels{Evidence: []string{}}
		p.add(h)
		p.Evidence = append(p.Evidence, weaker...)
	}
}

// NamesBeside are the names of files that often have the class names of the ONNX file beside them.
var NamesBeside = []string{"labels.txt", "classes.txt", "class_names.txt", "labels.json", "classes.json", "class_names.json", "config.json",
	"imagenet_class_index.json"}

// AddNames adds a note that a file beside this one has its class names, if it has one for each class and this has none.
func (r *Report) AddNames(path string, b []byte) {
	names, err := classnames.Parse(b)
	if err == nil && len(names) == r.Classes && len(r.ClassNames) == 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%s has a name for each of the %d classes: --labels %s", path, r.Classes, path))
	}
}
