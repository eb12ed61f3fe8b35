package classnames

import (
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	want := []string{"red", "green apple", "blue"}
	ids := []string{"n01", "n02", "n03"}
	for name, c := range map[string]struct {
		text string
		ids  []string
	}{
		"lines":             {"red\ngreen apple\nblue\n", nil},
		"blank lines, CRLF": {"red\r\n\r\ngreen apple\r\n\r\nblue\r\n\r\n", nil},
		"byte order mark":   {"\ufeffred\ngreen apple\nblue", nil},
		"list":              {`["red", "green apple", "blue"]`, nil},
		"list with mark":    {"\ufeff" + `["red", "green apple", "blue"]`, nil},
		"pairs":             {`[["n01", "red"], ["n02", "green apple"], ["n03", "blue"]]`, ids},
		"numbers":           {`{"0": "red", "2": "blue", "1": "green apple"}`, nil},
		"Keras":             {`{"0": ["n01", "red"], "1": ["n02", "green apple"], "2": ["n03", "blue"]}`, ids},
		"class_to_idx":      {`{"red": 0, "green apple": 1, "blue": 2}`, nil},
		"id2label":          {`{"model": "x", "id2label": {"0": "red", "1": "green apple", "2": "blue"}}`, nil},
		"label2id":          {`{"label2id": {"red": 0, "green apple": 1, "blue": 2}}`, nil},
		"names":             {`{"names": ["red", "green apple", "blue"]}`, nil},
		"CSV":               {"index,name\n0,red\n1,green apple\n2,blue\n", nil},
		"CSV turned":        {"name,index\nblue,2\nred,0\n\"green apple\",1\n", nil},
	} {
		got, gotIDs, err := Parse([]byte(c.text))
		if err != nil || !slices.Equal(got, want) || !slices.Equal(gotIDs, c.ids) {
			t.Errorf("%s: %q, ids %q, %v", name, got, gotIDs, err)
		}
	}
	if got, _, err := Parse([]byte("tench, Tinca tinca\ngoldfish, Carassius auratus")); err != nil || len(got) != 2 || got[0] != "tench, Tinca tinca" {
		t.Errorf("names with commas: %q, %v", got, err)
	}
}

func TestParseRefuses(t *testing.T) {
	for text, says := range map[string]string{
		"":                                   "no names",
		"[]":                                 "no names",
		" \n\n":                              "no names",
		"{0: 'red',\n 1: 'green'}":           "Python",
		"['red', 'green']":                   "Python",
		"\xff\xfer\x00e\x00d\x00":            "UTF-16",
		"r\xe9d\nblue":                       "UTF-8",
		`["red", 2]`:                         "class 1 is 2",
		`{"1": "red", "2": "blue"}`:          "none for class 0",
		`{"red": 0, "blue": 0}`:              "two names",
		`{"red": "crimson"}`:                 "class numbers",
		`{"red": 0.5}`:                       "class numbers",
		`3`:                                  "single JSON value",
		`{"0": ["n01", "red"], "1": "blue"}`: "1 of 2 classes have an id",
	} {
		if got, _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %q, %v, want an error with %q", text, got, err, says)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"red\nblue", `["a"]`, `{"0": ["n", "a"]}`, `{"id2label": {"0": "a"}}`, "i,n\n0,a", `{"a": 0}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		names, ids, err := Parse(b)
		if err == nil && (len(names) == 0 || ids != nil && len(ids) != len(names)) {
			t.Errorf("%q: %d names, %d ids", b, len(names), len(ids))
		}
	})
}
