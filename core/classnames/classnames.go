package classnames

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
//   - text, one name per line; blank lines do not count
//   - a JSON list of names, or of [id, name]
//   - a JSON object from class numbers to names, or to [id, name] (Keras's imagenet_class_index.json)
//   - a JSON object from names to class numbers (torchvision's class_to_idx, label2id)
//   - a JSON object with one of these as "id2label", "label2id" or "names" (a Hugging Face config)
//   - CSV of two columns, one of them class numbers, with a header or without
//
// The text is UTF-8, with or without a byte order mark. An error says what else was found.
func Parse(file []byte) (names []string, err error) {
	if len(file) > MaxBytes {
		return nil, fmt.Errorf("%d bytes: want at most %d", len(file), MaxBytes)
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
	}
	if names, ok := parseCSV(text); ok {
		return names, nil
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			names = append(names, line)
		}
	}
	return names, nil
}

// parseJSON reads the forms that are JSON.
func parseJSON(b []byte) ([]string, error) {
	var list []json.RawMessage
	if json.Unmarshal(b, &list) == nil {
		return readAll(list)
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(b, &object); err != nil {
		return nil, errors.New("a single JSON value: want a list of names, or an object of class numbers and names")
	}
	for _, key := range []string{"id2label", "label2id", "names"} {
		if inner, ok := object[key]; ok && bytes.ContainsAny(inner[:1], "[{") {
			return parseJSON(inner)
		}
	}
	byNumber := make(map[int]json.RawMessage, len(object))
	for key, value := range object {
		if string(value) == "null" {
			return nil, fmt.Errorf("%.40q is null: want an object of class numbers and names", key)
		}
		number, name := key, value
		if k := 0; json.Unmarshal(value, &k) == nil { // from names to numbers
			number, name = strconv.Itoa(k), quote(key)
		}
		k, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("%.40q: want an object of class numbers and names", key)
		}
		if _, ok := byNumber[k]; ok {
			return nil, fmt.Errorf("class %d has two names", k)
		}
		byNumber[k] = name
	}
	list = nil
	for i, k := range slices.Sorted(maps.Keys(byNumber)) {
		if k != i {
			return nil, fmt.Errorf("%d names, but none for class %d", len(byNumber), i)
		}
		list = append(list, byNumber[k])
	}
	return readAll(list)
}

func quote(s string) json.RawMessage {
	b, _ := json.Marshal(s) // a string always can be
	return b
}

// readAll reads names, or pairs of an identifier and a name.
func readAll(list []json.RawMessage) (names []string, err error) {
	for i, item := range list {
		var name string
		var pair []string
		switch {
		case string(item) != "null" && json.Unmarshal(item, &name) == nil:
		case json.Unmarshal(item, &pair) == nil && len(pair) == 2:
			name = pair[1]
		default:
			return nil, fmt.Errorf("class %d is %.40s: want a name, or [id, name]", i, item)
		}
		names = append(names, strings.TrimSpace(name))
	}
	if names == nil {
		return nil, errors.New("there are no names in it")
	}
	return names, nil
}

// parseCSV reads a table of two columns with a header, if the text is one.
func parseCSV(text string) (names []string, ok bool) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = 2
	byNumber := map[int]string{}
	for line := 0; ; line++ {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, false
		}
		k, err := strconv.Atoi(strings.TrimSpace(row[0]))
		name := row[1]
		if err != nil {
			k, err = strconv.Atoi(strings.TrimSpace(row[1]))
			name = row[0]
		}
		if err != nil && line == 0 {
			continue // a header
		}
		if _, twice := byNumber[k]; err != nil || twice {
			return nil, false
		}
		byNumber[k] = strings.TrimSpace(name)
	}
	for i, k := range slices.Sorted(maps.Keys(byNumber)) {
		if k != i {
			return nil, false
		}
		names = append(names, byNumber[k])
	}
	return names, len(names) > 0
}
