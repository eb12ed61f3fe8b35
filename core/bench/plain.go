package bench

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"steady/core/option"
)

// plain is a part of plain data, as JSON and YAML decode to: maps, slices, texts, numbers and booleans.
type plain struct {
	file  string
	path  string // of the part within the data: "cells[1].severities[0]"
	value any
}

// SpecError says what is wrong with a [Spec], and where.
type SpecError struct {
	File    string // that holds it
	Path    string // within the file's data, as "cells[1].severities[0]"; "" for all of it
	Problem string
	Other   string // place within OtherFile that Problem names, as "cells[0]" or "cells[0] of b.yaml"; "" if it names none
	// OtherFile and OtherPath are that place, for a caller that knows lines.
	OtherFile, OtherPath string
}

func (e *SpecError) Error() string {
	parts := []string{e.File, e.Path, e.Problem}
	return "bench: " + strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ": ")
}

func (p plain) errorf(format string, args ...any) error {
	return &SpecError{File: p.file, Path: p.path, Problem: fmt.Sprintf(format, args...)}
}

// twice returns an error about a part that is there once more, in another place, which stands between two texts.
func (p plain) twice(other plain, before, after string) error {
	place := other.path
	if other.file != p.file {
		place = other.place()
	}
	return &SpecError{File: p.file, Path: p.path, Problem: before + place + after, Other: place, OtherFile: other.file, OtherPath: other.path}
}

// place returns where the part is, for an error about another one.
func (p plain) place() string {
	if p.file == "" {
		return p.path
	}
	return p.path + " of " + p.file
}

// wrap returns an error at this place, without the name of the package that it comes from.
func (p plain) wrap(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, prefix := range []string{"bench: ", "corrupt: ", "attack: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return p.errorf("%s", text)
}

// object returns the parts of an object by name, which must be among keys.
func (p plain) object(keys ...string) (map[string]plain, error) {
	m, ok := p.value.(map[string]any)
	if !ok {
		return nil, p.errorf("%s: want an object with any of %s", p.kind(), strings.Join(keys, ", "))
	}
	parts := map[string]plain{}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		part := plain{p.file, strings.TrimPrefix(p.path+"."+name, "."), m[name]}
		if !slices.Contains(keys, name) {
			return nil, part.errorf("there is no such entry, valid: %s", strings.Join(keys, ", "))
		}
		parts[name] = part
	}
	return parts, nil
}

// list returns the elements of a list; what is no list is one of a single element.
func (p plain) list() []plain {
	l, ok := p.value.([]any)
	if !ok {
		return []plain{p}
	}
	parts := make([]plain, len(l))
	for i, v := range l {
		parts[i] = plain{p.file, fmt.Sprintf("%s[%d]", p.path, i), v}
	}
	return parts
}

// text returns a text that is not empty.
func (p plain) text() (string, error) {
	s, ok := p.value.(string)
	if !ok || s == "" {
		return "", p.errorf("%s: want a text", p.kind())
	}
	return s, nil
}

// number returns a number; a text may be one too, or a fraction.
func (p plain) number() (float64, error) {
	switch v := p.value.(type) {
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return v, nil
		}
	case int:
		return float64(v), nil
	case int64:
		return float64(v), nil
	case uint64:
		return float64(v), nil
	case string:
		if n, err := option.ParseNumber(v); err == nil {
			return n, nil
		}
	}
	return 0, p.errorf("%s: want a number, such as 0.03 or 8/255", p.kind())
}

// whole returns a whole number from least to most.
func (p plain) whole(least, most int) (int, error) {
	v, err := p.number()
	if _, text := p.value.(string); text || err != nil || v != math.Trunc(v) || v < float64(least) || v > float64(most) {
		if most == math.MaxInt32 {
			return 0, p.errorf("%s: want a whole number from %d", p.kind(), least)
		}
		return 0, p.errorf("%s: want a whole number from %d to %d", p.kind(), least, most)
	}
	return int(v), nil
}

// boolean returns true or false.
func (p plain) boolean() (bool, error) {
	b, ok := p.value.(bool)
	if !ok {
		return false, p.errorf("%s: want true or false", p.kind())
	}
	return b, nil
}

// kind shows a value, or what it is if it is long.
func (p plain) kind() string {
	switch v := p.value.(type) {
	case nil:
		return "nothing"
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case string:
		return fmt.Sprintf("%.40q", v)
	default:
		return fmt.Sprintf("%.40s", fmt.Sprint(v))
	}
}
