package classnames

import (
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	want := []string{"red", "green apple", "blue"}
	for name, text := range map[string]string{
		"lines":              "red\ngreen apple\nblue\n",
		"blank lines, CRLF":  "red\r\n\r\ngreen apple\r\n\r\nblue\r\n\r\n",
		"byte order mark":    "\ufeffred\ngreen apple\nblue",
		"list":               `["red", "green apple", "blue"]`,
		"list with mark":     "\ufeff" + `["red", "green apple", "blue"]`,
		"pairs":              `[["n01", "red"], ["n02", "green apple"], ["n03", "blue"]]`,
		"numbers":            `{"0": "red", "2": "blue", "1": "green apple"}`,
		"Keras":              `{"0": ["n01", "red"], "1": ["n02", "green apple"], "2": ["n03", "blue"]}`,
		"class_to_idx":       `{"red": 0, "green apple": 1, "blue": 2}`,
		"id2label":           `{"model": "x", "id2label": {"0": "red", "1": "green apple", "2": "blue"}}`,
		"label2id":           `{"label2id": {"red": 0, "green apple": 1, "blue": 2}}`,
		"names":              `{"names": ["red", "green apple", "blue"]}`,
		"CSV":                "index,name\n0,red\n1,green apple\n2,blue\n",
		"CSV without header": "0,red\n1,green apple\n2,blue",
		"CSV turned":         "name,index\nblue,2\nred,0\n\"green apple\",1\n",
	} {
		got, err := Parse([]byte(text))
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if got, err := Parse([]byte("tench, Tinca tinca\ngoldfish, Carassius auratus")); err != nil || len(got) != 2 || got[0] != "tench, Tinca tinca" {
		t.Errorf("names with commas: %q, %v", got, err)
	}
	if got, err := Parse([]byte("Boeing, 747\nAirbus, A380\nCessna, small")); err != nil || len(got) != 3 || got[0] != "Boeing, 747" {
		t.Errorf("names with commas and a number: %q, %v", got, err)
	}
}

func TestParseNumbered(t *testing.T) {
	for text, want := range map[string][]string{
		"0 red\n1 dark green\n\n2 blue\n": {"red", "dark green", "blue"},
		"0 red\n1\n2 blue":                {"0 red", "1", "2 blue"},
		"1 red\n2 blue":                   {"1 red", "2 blue"},
		"0 red\n0 blue":                   {"0 red", "0 blue"},
		"0 red":                           {"0 red"},
		"0\n1\n2":                         {"0", "1", "2"},
	} {
		if got, err := Parse([]byte(text)); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, says := range map[string]string{
		"":                          "no names",
		"[]":                        "no names",
		" \n\n":                     "no names",
		"{0: 'red',\n 1: 'green'}":  "Python",
		"['red', 'green']":          "Python",
		"\xff\xfer\x00e\x00d\x00":   "UTF-16",
		"r\xe9d\nblue":              "UTF-8",
		"<!DOCTYPE html>\n<p>404":   "HTML",
		"<html><body>":              "HTML",
		`["red", 2]`:                "class 1 is 2",
		`{"1": "red", "2": "blue"}`: "none for class 0",
		`{"red": 0, "blue": 0}`:     "two names",
		`{"red": "crimson"}`:        "class numbers",
		`{"red": 0.5}`:              "class numbers",
		`3`:                         "single JSON value",
		`{"red": null}`:             "null",
		`["red", null]`:             "class 1 is null",

		`["a", "b", 9]`:                      "class 2 is 9",
		`["a", ["n02", "b"]]`:                "class 1 is [\"n02\", \"b\"], unlike",
		`[["n01", "a"], "b"]`:                "class 1 is \"b\", unlike",
		`[["n01", null]]`:                    "class 0 is",
		`[[1, "a"]]`:                         "class 0 is",
		`["a", true]`:                        "class 1 is true",
		`{"0": "a", "2": 1}`:                 `"2" has a number and "0" has none`,
		`{"a": 0, "1": "b"}`:                 `"a" has a number and "1" has none`,
		`{"0": "a", "1": ["n02", "b"]}`:      "class 1 is",
		`{"0": "a", "0": "b"}`:               `"0" is there twice`,
		`{"id2label": {"0": "a", "1": 7}}`:   "has a number",
		`{"names": {"names": ["a", "b"]}}`:   `"names": want an object of class numbers and names`,
		`{"names": {"0": "a", "1": null}}`:   "null",
		"0,red\n1,blue\n1,green":             "class 1 has two names",
		"0,red\n2,blue":                      "none for class 1",
		"index,name\n0,red\none,blue\n2,sky": `row 3 of the table: "one"`,
	} {
		if got, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %q, %v, want an error with %q", text, got, err, says)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"red\nblue", `["a"]`, `{"0": ["n", "a"]}`, `{"id2label": {"0": "a"}}`, "i,n\n0,a", `{"a": 0}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		names, err := Parse(b)
		if err == nil && len(names) == 0 {
			t.Errorf("%q: no names and no error", b)
		}
	})
}
