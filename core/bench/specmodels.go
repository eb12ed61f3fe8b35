package bench

import (
	"path"
	"slices"
	"strings"

	"steady/core/preprocess"
)

func (l *loader) models(p plain) error {
	for _, p := range p.list() {
		m, err := readModel(p)
		if err != nil {
			return err
		}
		m.at = p
		if other, twice := l.names[m.Name]; twice {
			return p.twice(other, "there are two models with the name "+m.Name+" (the other is ", "): want a name for each")
		}
		l.names[m.Name] = p
		l.spec.Models = append(l.spec.Models, m)
	}
	return nil
}

// readModel reads a file's name, or an object.
func readModel(p plain) (m Model, err error) {
	m.Preprocess = preprocess.Spec{Scale: 1} // none
	if _, ok := p.value.(string); ok {
		m.File, err = p.text()
	} else {
		var parts map[string]plain
		if parts, err = p.object(modelEntries.names()...); err != nil {
			return m, err
		}
		if _, ok := parts["file"]; !ok {
			return m, p.errorf("a model without file")
		}
		err = m.readParts(parts)
	}
	if m.Name == "" {
		m.Name = strings.TrimSuffix(path.Base(m.File), path.Ext(m.File))
	}
	return m, err
}

// layouts are orders of an input's numbers.
var layouts = []string{"chw", "hwc"}

// presetExcludes are what a preset says.
var presetExcludes = []string{"mean", "std", "scale", "bgr"}

func (m *Model) readParts(parts map[string]plain) (err error) {
	for _, entry := range []struct {
		name string
		to   *string
	}{{"file", &m.File}, {"name", &m.Name}, {"output", &m.Output}, {"layout", &m.Layout}} {
		if p, ok := parts[entry.name]; ok {
			if *entry.to, err = p.text(); err != nil {
				return err
			}
		}
	}
	if p, ok := parts["layout"]; ok && !slices.Contains(layouts, m.Layout) {
		return p.errorf("%s: valid: %s", p.kind(), strings.Join(layouts, ", "))
	}
	if p, ok := parts["preset"]; ok {
		for _, other := range presetExcludes {
			if p, ok := parts[other]; ok {
				return p.errorf("a preset has its own: want one or the other")
			}
		}
		name, err := p.text()
		if err != nil {
			return err
		}
		preset, err := preprocess.Lookup(name)
		if err != nil {
			return p.wrap(err)
		}
		m.Preset, m.Preprocess = name, preset.Spec
		return nil
	}
	for _, entry := range []struct {
		name string
		to   *[]float32
	}{{"mean", &m.Preprocess.Mean}, {"std", &m.Preprocess.Std}} {
		if p, ok := parts[entry.name]; ok {
			if *entry.to, err = channels(p); err != nil {
				return err
			}
		}
	}
	if p, ok := parts["scale"]; ok {
		scale, err := p.number()
		if err != nil {
			return err
		}
		m.Preprocess.Scale = float32(scale)
	}
	if p, ok := parts["bgr"]; ok {
		m.Preprocess.BGR, err = p.boolean()
	}
	return err
}

// channels reads one number, or one for each of three channels.
func channels(p plain) (numbers []float32, err error) {
	for _, p := range p.list() {
		v, err := p.number()
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, float32(v))
	}
	if len(numbers) != 1 && len(numbers) != 3 {
		return nil, p.errorf("%d numbers: want one, or one for each of R, G and B", len(numbers))
	}
	return numbers, nil
}
