package bench

import (
	"regexp"
	"strings"

	"steady/core/attack"
	"steady/core/corrupt"
	"steady/core/preprocess"
)

// entry is what an object of a spec may have: its name, which the reader checks, and what the schema says of it.
type entry struct {
	name, help string
	schema     func() schema
}

type entries []entry

// schema is a JSON Schema, or a part of one.
type schema = map[string]any

var (
	specEntries = entries{
		{"models", "files of networks, or names of built-in ones", func() schema { return oneOrMany(anyOf(anyText(), modelEntries.schema("file"))) }},
		{"data", "images, as --data of the command", func() schema { return anyOf(anyText(), dataEntries.schema()) }},
		{"seed", "random seed", func() schema { return schema{"type": "integer", "minimum": 0, "maximum": maxSeed} }},
		{"suites", "what to measure", func() schema { return oneOrMany(anyOf(schema{"enum": suiteNames()}, suiteEntries.schema("suite"))) }},
		{"cells", "corruptions and attacks to measure, besides those of suites", func() schema {
			return oneOrMany(anyOf(perturbationText(), corruptionEntries.schema("corruption"), attackEntries.schema("attack")))
		}},
		{"corrupted", "files and folders of the same images that were corrupted before", func() schema { return oneOrMany(anyText()) }},
		{"overlays", "folder of photographs that frost is cut from", anyText},
		{"include", "specs whose models, suites and cells are added", func() schema { return oneOrMany(anyText()) }},
	}
	suiteEntries = entries{
		{"suite", "name of the suite", func() schema { return schema{"enum": suiteNames()} }},
		limitEntry,
	}
	// limitEntry is that of a suite and of a cell, whose limit is below that of the data.
	limitEntry   = entry{"limit", "measure only on the first so many images of the data", positive}
	modelEntries = entries{
		{"file", "ONNX file, or name of a built-in network", anyText},
		{"name", "name in tables; the file's if there is none", anyText},
		{"output", "name of the output with the class scores", anyText},
		{"layout", "order of the input's numbers where the file does not say it", func() schema { return schema{"enum": layouts} }},
		{"preset", "preprocessing of the network", func() schema { return schema{"enum": presetNames()} }},
		{"mean", "per-channel mean, in units of the scaled pixels", perChannel},
		{"std", "per-channel standard deviation", perChannel},
		{"scale", "factor applied to pixels in [0,1]", number},
		{"bgr", "model expects BGR channel order", func() schema { return schema{"type": "boolean"} }},
	}
	dataEntries = entries{
		{"path", "files or folder of the images, or name of a built-in set", anyText},
		{"resize", "length in pixels to which the shorter side is scaled", positive},
		{"crop", "side in pixels of the square that is cut out of the middle", positive},
		{"limit", "take the first so many images, for any suite and cell at most", positive},
		{"sample", "take so many images, drawn with the seed", positive},
		{"class-map", "file that says which class of the data is which of the networks'", anyText},
	}
	corruptionEntries = entries{
		{"corruption", "names of corruptions", func() schema { return oneOrMany(schema{"enum": corruptionNames()}) }},
		{"severity", "1 to 5, or range to draw for each image, from all of the published range, or from 1 to 5 where there is none; all five if nothing is said", func() schema { return oneOrMany(schema{"enum": []any{1, 2, 3, 4, 5, "range"}}) }},
		{"profile", corruptionOptions.Lookup("profile").Help, func() schema { return schema{"enum": corruptionOptions.Lookup("profile").Choices} }},
		{"jpeg", corruptionOptions.Lookup("jpeg").Help, func() schema {
			least, most := corruptionOptions.Lookup("jpeg").Range.Bounds()
			return schema{"type": "integer", "minimum": least, "maximum": most}
		}},
		limitEntry,
	}
	attackEntries = entries{
		{"attack", "an attack with its parameters, as in pgd{steps=20}", func() schema { return pattern(attackNames()) }},
		{"eps", "sizes of perturbations, as in 8/255", func() schema { return oneOrMany(number()) }},
		limitEntry,
	}
)

func (e entries) names() (names []string) {
	for _, one := range e {
		names = append(names, one.name)
	}
	return names
}

// schema returns that of an object with these entries.
func (e entries) schema(required ...string) schema {
	properties := schema{}
	for _, one := range e {
		s := one.schema()
		s["description"] = one.help
		properties[one.name] = s
	}
	s := schema{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	if _, ok := properties["preset"]; ok {
		without := schema{}
		for _, name := range presetExcludes {
			without[name] = false
		}
		s["dependentSchemas"] = schema{"preset": schema{"properties": without}}
	}
	if _, ok := properties["sample"]; ok {
		s["not"] = schema{"required": []string{"limit", "sample"}}
	}
	return s
}

// Schema returns the JSON Schema of specs, for editors. It knows all names, but not whether files exist or cells are there
// twice.
func Schema() map[string]any {
	s := specEntries.schema()
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "Benchmark of steady bench run"
	return s
}

func anyText() schema { return schema{"type": "string", "minLength": 1} }

func positive() schema { return schema{"type": "integer", "minimum": 1} }

// number is a number, or text of one or of a fraction.
func number() schema {
	const decimal = ` *[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)? *`
	return anyOf(schema{"type": "number"}, schema{"type": "string", "pattern": "^" + decimal + "(/" + decimal + ")?$"})
}

// perChannel is a number, or three.
func perChannel() schema {
	return anyOf(number(), schema{"type": "array", "items": number(), "minItems": 3, "maxItems": 3}, schema{"type": "array", "items": number(), "minItems": 1, "maxItems": 1})
}

func anyOf(schemas ...schema) schema { return schema{"anyOf": schemas} }

func oneOrMany(s schema) schema { return anyOf(s, schema{"type": "array", "items": s}) }

// pattern is text that begins with one of names, and may have options.
func pattern(names []string) schema {
	var quoted []string
	for _, n := range names {
		quoted = append(quoted, regexp.QuoteMeta(n))
	}
	return schema{"type": "string", "pattern": `^\s*(` + strings.Join(quoted, "|") + `)\s*(\{[^{}]*\}\s*)?$`}
}

func perturbationText() schema {
	return anyOf(schema{"const": clean}, pattern(append(corruptionNames(), attackNames()...)))
}

func suiteNames() (names []string) {
	for _, s := range Suites() {
		names = append(names, s.Name)
	}
	return names
}

func corruptionNames() (names []string) {
	for _, c := range corrupt.All() {
		names = append(names, c.Name)
	}
	return names
}

func attackNames() (names []string) {
	for _, a := range attack.All() {
		names = append(names, a.Name)
	}
	return names
}

func presetNames() (names []string) {
	for _, p := range preprocess.Presets() {
		names = append(names, p.Name)
	}
	return names
}
