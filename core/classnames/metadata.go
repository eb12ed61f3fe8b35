package classnames

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Property is an entry of the metadata of a network's file.
type Property struct{ Key, Value string }

// keys has the properties that hold class names, the surest first, in lower case.
var keys = []string{
	"classes",     // steady: a JSON list
	"names",       // Ultralytics: a Python dictionary
	"id2label",    // Hugging Face
	"label2id",    //
	"class_names", // Deepness, and many scripts
	"class_labels",
	"labels",
	"model_info labels", // OpenVINO Training Extensions, Geti: words
	"config",            // Hugging Face's config.json
}

// FromMetadata returns the names of so many classes that the metadata of a file has, and the key of the property that has
// them, or nil. With 0 classes, their number is not known. Notes say which properties look as if they had names, but
// cannot be used.
func FromMetadata(properties []Property, classes int) (names []string, key string, notes []string) {
	for _, k := range keys {
		for _, p := range properties {
			if strings.ToLower(p.Key) != k {
				continue
			}
			list, err := parseProperty(k, p.Value, classes)
			switch {
			case errors.Is(err, errOther):
			case err != nil:
				notes = append(notes, fmt.Sprintf("metadata property %.40q has no class names: %v", p.Key, err))
			case classes > 0 && len(list) != classes:
				notes = append(notes, fmt.Sprintf("metadata property %.40q has %d names, not one for each of %d classes", p.Key, len(list),
					classes))
			case names == nil:
				names, key = list, p.Key
			}
		}
	}
	return names, key, notes
}

// errOther is the error for a property that is something else than names.
var errOther = errors.New("something else")

// parseProperty returns the names in a property.
func parseProperty(key, value string, classes int) ([]string, error) {
	text := strings.TrimSpace(value)
	switch {
	case len(text) > MaxBytes || text == "":
		return nil, errOther
	case key == "model_info labels":
		return strings.Fields(text), nil
	case strings.ContainsRune("{[(", rune(text[0])):
		b := []byte(text)
		if !json.Valid(b) {
			var err error
			if b, err = pythonToJSON(text); err != nil {
				return nil, err
			}
		}
		if key == "config" && !hasNames(b) {
			return nil, errOther
		}
		return parseJSON(b)
	case key == "config" || key == "classes": // other programs' properties
		return nil, errOther
	}
	for _, separator := range []string{"\n", ",", ";"} {
		if classes < 2 || strings.Count(text, separator) != classes-1 {
			continue
		}
		list := strings.Split(text, separator)
		for i, name := range list {
			list[i] = strings.TrimSpace(name)
		}
		if !slices.Contains(list, "") {
			return list, nil
		}
	}
	return nil, errOther
}

// hasNames reports whether an object has a member that holds names.
func hasNames(b []byte) bool {
	var object map[string]json.RawMessage
	if json.Unmarshal(b, &object) != nil {
		return false
	}
	for _, key := range []string{"id2label", "label2id"} {
		if _, ok := object[key]; ok {
			return true
		}
	}
	return false
}
