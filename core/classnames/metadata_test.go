package classnames

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestFromMetadata(t *testing.T) {
	want := []string{"red", "it's green", "blue"}
	for key, values := range map[string][]string{
		"names": { // Ultralytics, and YOLOv5's list
			`{0: 'red', 1: "it's green", 2: 'blue'}`,
			`{0: 'red', 1: 'it\'s green', 2: 'blue',}`,
			`['red', "it's green", 'blue']`,
			`{"0": "red", "1": "it's green", "2": "blue"}`,
		},
		"id2label": {
			`{"0": "red", "1": "it's green", "2": "blue"}`,
			`{2: 'blue', 0: 'red', 1: "it's green"}`,
		},
		"label2id":          {`{'red': 0, "it's green": 1, 'blue': 2}`},
		"class_names":       {`{0: "red", 1: "it's green", 2: "blue"}`, `["red", "it's green", "blue"]`, "red,it's green, blue", "red\nit's green\nblue"},
		"Labels":            {`('red', "it's green", 'blue')`, "red;it's green;blue"},
		"classes":           {`['red', "it's green", u'blue']`},
		"config":            {`{"model_type": "vit", "id2label": {"0": "red", "1": "it's green", "2": "blue"}}`},
		"model_info labels": {},
	} {
		for _, v := range values {
			names, from, notes := FromMetadata([]Property{{"other", "['a']"}, {key, v}}, 3)
			if !slices.Equal(names, want) || from != key || notes != nil {
				t.Errorf("%s %s: %q of %q, notes %q", key, v, names, from, notes)
			}
		}
	}
	if names, _, _ := FromMetadata([]Property{{"model_info labels", "traffic_light car"}}, 2); !slices.Equal(names, []string{"traffic_light", "car"}) {
		t.Errorf("words: %q", names)
	}
	if names, _, _ := FromMetadata([]Property{{"names", "{0: 'a', 1: 'b'}"}}, 0); len(names) != 2 {
		t.Errorf("an unknown number of classes: %q", names)
	}
}

func TestFromMetadataPassesOver(t *testing.T) {
	for _, c := range []struct {
		key, value string
		note       string // "" for none
	}{
		{"names", "{0: 'a', 1: 'b', 2: 'c'}", "has 3 names, not one for each of 2 classes"},
		{"names", "{0: 'a', 2: 'b'}", "none for class 1"},
		{"names", "{0: 'a', 1: 'b'", "Python literal"},
		{"names", "{0: 'a', 1: b}", "Python literal"},
		{"names", "{0: 'a', 1: 'b'} {}", "after the end"},
		{"names", "{0: 'a', 1: 7}", "number"},
		{"names", "['a', ['b']]", "want a name"},
		{"names", "{'a': 'b'}", "want an object of class numbers and names"},
		{"names", "", ""},
		{"names", "person", ""},
		{"classes", "cat, dog", ""},
		{"classes", "2", ""},
		{"config", `{"hidden_size": 3}`, ""},
		{"config", "{...}", "Python literal"},
		{"labels", "a,", ""},
		{"title", "['a', 'b']", ""},
	} {
		names, _, notes := FromMetadata([]Property{{c.key, c.value}}, 2)
		if names != nil || (len(notes) > 0) != (c.note != "") || !strings.Contains(strings.Join(notes, " "), c.note) {
			t.Errorf("%s %s: %q, notes %q, want %q", c.key, c.value, names, notes, c.note)
		}
	}
}

// The literals and what they are were checked with Python's ast.literal_eval and json.dumps.
func TestPythonToJSON(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                           `{}`,
		`[ ]`:                          `[]`,
		`()`:                           `[]`,
		`('a',)`:                       `["a"]`,
		`{1: None, 'b': [True, -2.5]}`: `{"1":null,"b":[true,-2.5]}`,
		`'\'"\\\n\t\x41\u00e9\101'`:    `"'\"\\\n\tAéA"`,
		`"\U0001F600 'quoted'"`:        `"😀 'quoted'"`,
		`{0: 'a',
		  1: 'b'}`: `{"0":"a","1":"b"}`,
	} {
		got, err := pythonToJSON(text)
		if err != nil || string(got) != want || !json.Valid(got) {
			t.Errorf("%s: %s, %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "{", "[1 2]", "{1}", "{1: }", "'a", "'a\n'", "b'a'", "nan", "[1,,2]", "{0.5: 1}", `'\N{BULLET}'`, "[1]]",
		strings.Repeat("[", 1000), "{[]: 1}", "(", "'a' 'b'"} {
		if got, err := pythonToJSON(text); err == nil {
			t.Errorf("%s is read as %s", text, got)
		}
	}
}

func FuzzPythonToJSON(f *testing.F) {
	f.Add(`{0: 'red', 1: "it's green", 2: u'\x41\u00e9',}`)
	f.Add(`[('a', 1), None, True, -2.5e3]`)
	f.Fuzz(func(t *testing.T, text string) {
		if b, err := pythonToJSON(text); err == nil && !json.Valid(b) {
			t.Errorf("%q becomes %q", text, b)
		}
	})
}
