package eval

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
)

// ParseClassMap reads a map from the classes of a set to those of a network, for [MatchClasses]: a JSON object, or lines of
// two values with a comma or a tab between them. A value is the name or the number of a class of the network.
func ParseClassMap(text []byte) (map[string]string, error) {
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff")))
	m := map[string]string{}
	if bytes.HasPrefix(text, []byte("{")) {
		var object map[string]any
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&object); err != nil {
			return nil, fmt.Errorf("class map: %w", err)
		}
		for name, value := range object {
			switch v := value.(type) {
			case string:
				m[name] = v
			case json.Number:
				m[name] = v.String()
			default:
				return nil, fmt.Errorf("class map: %q: %v: want the name or the number of a class of the network", name, v)
			}
		}
	} else {
		r := csv.NewReader(bytes.NewReader(text))
		if line, _, _ := bytes.Cut(text, []byte("\n")); bytes.Contains(line, []byte("\t")) {
			r.Comma = '\t'
		}
		r.FieldsPerRecord, r.TrimLeadingSpace = 2, true
		lines, err := r.ReadAll()
		if err != nil {
			return nil, fmt.Errorf("class map: %w: want lines of a class of the data set and one of the network, as in cat,3", err)
		}
		for i, l := range lines {
			name, value := strings.TrimSpace(l[0]), strings.TrimSpace(l[1])
			if old, ok := m[name]; ok && old != value {
				return nil, fmt.Errorf("class map: line %d: %q is mapped to %q and to %q", i+1, name, old, value)
			}
			m[name] = value
		}
	}
	if len(m) == 0 {
		return nil, fmt.Errorf("class map: it is empty: want lines of a class of the data set and one of the network, as in cat,3")
	}
	return m, nil
}
