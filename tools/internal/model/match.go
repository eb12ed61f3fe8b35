package model

import (
	"fmt"

	"steady/core/classnames"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/tools/internal/input"
	"steady/tools/internal/usage"
)

// ClassMapHelp is the help of the flag --class-map, the file that Match takes.
const ClassMapHelp = "file of which class of the data is which of the network's, where their names differ:\n" +
	"lines as in cat,281 or cat,tabby, or a JSON object"

// Match returns the images with the numbers of the network's classes, as their names or a file say, and says how they were
// found. Classes that the network has no names for get those of the images.
func (m *Model) Match(images *dataset.Images, classMap string, say func(format string, args ...any)) (*dataset.Images, error) {
	var given map[string]string
	if classMap != "" {
		text, err := input.File(classMap, classnames.MaxBytes)
		if err != nil {
			return nil, fmt.Errorf("--class-map: %w", err)
		}
		if given, err = eval.ParseClassMap(text); err != nil {
			return nil, usage.Errorf("--class-map %s: %w", classMap, err)
		}
	}
	matching, err := eval.MatchClasses(images.Classes, m.classes, m.Classes(), given)
	if err != nil {
		return nil, usage.Errorf("%s and %s: %w (--class-map FILE says which is which)", images.Name, m.Name, err)
	}
	if text := matching.Message(images.Name); text != "" {
		say("%s", text)
	}
	m.classes = matching.Names
	return matching.Apply(images), nil
}
