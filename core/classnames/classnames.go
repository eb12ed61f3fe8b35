package classnames

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxBytes is the largest file of names that is read.
const MaxBytes = 16 << 20

// Parse returns the names in a file, in the order of their classes. Where there is an identifier beside a name, such as
// ImageNet's WordNet IDs, the name is returned. The forms are
//
//   - text, one name per line, or its number from 0 on and the name (Teachable Machine); blank lines do not count
//   - a JSON list of names, or of [id, name]
//   - a JSON object from class numbers to names, or to [id, name] (Keras's imagenet_class_index.json)
//   - a JSON object from names to class numbers (torchvision's class_to_idx, label2id)
//   - a JSON object with one of these as "id2label", "label2id" or "names" (a Hugging Face config)
//   - CSV of two columns, one of them class numbers, with a header or without
//
// The text is UTF-8, with or without a byte order mark. An error says what else was found.
func Parse(file []byte) (names []string, err error) {
	if len(file) > MaxBytes {
		return nil, fmt.Errorf("%d bytes: want at most %d, more than any list of names has", len(file), MaxBytes)
	}
	file = bytes.TrimPrefix(file, []byte("\ufeff"))
	if bytes.HasPrefix(file, []byte{0xff, 0xfe}) || bytes.HasPrefix(file, []byte{0xfe, 0xff}) || bytes.IndexByte(file, 0) >= 0 {
		return nil, errors.New("the text is UTF-16 or binary: want UTF-8")
	}
	if !utf8.Valid(file) {
		return nil, errors.New("the text is not UTF-8")
	}
	text := strings.TrimSpace(string(file))
	switch {
	case text == "":
		return nil, errors.New("there are no names in it")
	case json.Valid([]byte(text)):
		return parseJSON([]byte(text))
	case text[0] == '{' || text[0] == '[':
		return nil, errors.New("begins like JSON but is not: a Python dictionary or list has other quotes; json.dump writes it as JSON")
	case isMarkup(text):
		return nil, errors.New("begins like HTML or XML: a web page was saved instead of the list in it")
	}
	if names, err := parseCSV(text); names != nil || err != nil {
		return names, err
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			names = append(names, line)
		}
	}
	return withoutNumbers(names), nil
}

// withoutNumbers returns lines without the numbers before the names, if all lines are numbered from 0 on.
func withoutNumbers(lines []string) []string {
	names := make([]string, len(lines))
	for i, line := range lines {
		number, name, _ := strings.Cut(line, " ")
		if name = strings.TrimSpace(name); number != strconv.Itoa(i) || name == "" || len(lines) < 2 {
			return lines
		}
		names[i] = name
	}
	return names
}

func isMarkup(text string) bool {
	start := strings.ToLower(text[:min(len(text), 9)])
	return strings.HasPrefix(start, "<!doctype") || strings.HasPrefix(start, "<html") || strings.HasPrefix(start, "<?xml")
}

// parseJSON reads the forms that are JSON. It follows a member that holds names, but none within that: every level is read
// again, and a file can have thousands.
func parseJSON(b []byte) ([]string, error) {
	switch b[0] {
	case '[':
		return parseList(b)
	case '{':
	default:
		return nil, errors.New("a single JSON value: want a list of names, or an object of class numbers and names")
	}
	object, err := members(b)
	if err != nil {
		return nil, err
	}
	for _, key := range []string{"id2label", "label2id", "names"} {
		for _, m := range object {
			if m.key != key || !bytes.ContainsAny(m.value[:1], "[{") {
				continue
			}
			if m.value[0] == '[' {
				return parseList(m.value)
			}
			if object, err = members(m.value); err != nil {
				return nil, err
			}
			return parseObject(object)
		}
	}
	return parseObject(object)
}

func parseList(b []byte) ([]string, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(b, &list); err != nil {
		return nil, err
	}
	return readAll(list)
}

// parseObject reads an object from class numbers to names, or from names to class numbers.
func parseObject(object []member) ([]string, error) {
	byNumber := make(map[int]json.RawMessage, len(object))
	var toNumbers, toNames string // a key of each kind
	for _, m := range object {
		if string(m.value) == "null" {
			return nil, fmt.Errorf("%.40q is null: want an object of class numbers and names", m.key)
		}
		number, name := m.key, m.value
		if k := 0; json.Unmarshal(m.value, &k) == nil {
			number, name, toNumbers = strconv.Itoa(k), quote(m.key), m.key
		} else {
			toNames = m.key
		}
		if toNumbers != "" && toNames != "" {
			return nil, fmt.Errorf("%.40q has a number and %.40q has none: want class numbers and their names, or names and their "+
				"class numbers, not both", toNumbers, toNames)
		}
		k, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("%.40q: want an object of class numbers and names", m.key)
		}
		if _, ok := byNumber[k]; ok {
			return nil, fmt.Errorf("class %d has two names", k)
		}
		byNumber[k] = name
	}
	var list []json.RawMessage
	for i, k := range slices.Sorted(maps.Keys(byNumber)) {
		if k != i {
			return nil, fmt.Errorf("%d names, but none for class %d", len(byNumber), i)
		}
		list = append(list, byNumber[k])
	}
	return readAll(list)
}

type member struct {
	key   string
	value json.RawMessage
}

// members returns the members of a JSON object in their order. A key must not be there twice.
func members(b []byte) (list []member, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	if _, err := d.Token(); err != nil { // the brace
		return nil, err
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		m := member{key: token.(string)} // as keys are
		if seen[m.key] {
			return nil, fmt.Errorf("%.40q is there twice", m.key)
		}
		seen[m.key] = true
		if err := d.Decode(&m.value); err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

func quote(s string) json.RawMessage {
	b, _ := json.Marshal(s) // a string always can be
	return b
}

// readAll reads names, or pairs of an identifier and a name.
func readAll(list []json.RawMessage) (names []string, err error) {
	pairs := 0
	for i, item := range list {
		var name string
		var pair []json.RawMessage
		isName := func(b json.RawMessage) bool { return b[0] == '"' && json.Unmarshal(b, &name) == nil }
		switch {
		case isName(item):
		case item[0] == '[' && json.Unmarshal(item, &pair) == nil && len(pair) == 2 && isName(pair[0]) && isName(pair[1]):
			pairs++
		default:
			return nil, fmt.Errorf("class %d is %.40s: want a name, or [id, name]", i, item)
		}
		if pairs != 0 && pairs != i+1 {
			return nil, fmt.Errorf("class %d is %.40s, unlike the class before it: want names only, or [id, name] only", i, item)
		}
		names = append(names, strings.TrimSpace(name))
	}
	if names == nil {
		return nil, errors.New("there are no names in it")
	}
	return names, nil
}

// parseCSV reads a table of two columns, one of them class numbers, with a header or without. It returns nil if the text is
// none. A table with a hole in it is an error: its lines are no names.
func parseCSV(text string) (names []string, err error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = 2
	rows, err := r.ReadAll()
	if err != nil {
		return nil, nil
	}
	number := func(s string) (int, bool) {
		k, err := strconv.Atoi(strings.TrimSpace(s))
		return k, err == nil
	}
	var counts [2]int
	lines := len(rows)
	for i, row := range rows {
		before := counts
		for c := range counts {
			if _, ok := number(row[c]); ok {
				counts[c]++
			}
		}
		if i == 0 && counts == before {
			lines-- // a header
		}
	}
	column := 0
	if counts[1] > counts[0] {
		column = 1
	}
	if 2*counts[column] <= lines {
		return nil, nil
	}
	byNumber := map[int]string{}
	for i, row := range rows {
		k, ok := number(row[column])
		if !ok && i == 0 {
			continue // a header
		}
		if !ok {
			return nil, fmt.Errorf("row %d of the table: %.40q: want a class number", i+1, row[column])
		}
		if _, twice := byNumber[k]; twice {
			return nil, fmt.Errorf("class %d has two names", k)
		}
		byNumber[k] = strings.TrimSpace(row[1-column])
	}
	for i, k := range slices.Sorted(maps.Keys(byNumber)) {
		if k != i {
			return nil, fmt.Errorf("%d names, but none for class %d", len(byNumber), i)
		}
		names = append(names, byNumber[k])
	}
	return names, nil
}
