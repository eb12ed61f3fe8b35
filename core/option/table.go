package option

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Table is the options of a T, in the order in which they are listed.
type Table[T any] []Option[T]

// Lookup returns the option of a name or an alias, or nil.
func (t Table[T]) Lookup(name string) *Option[T] {
	for i := range t {
		if t[i].Name == name || slices.Contains(t[i].Aliases, name) {
			return &t[i]
		}
	}
	return nil
}

// Names returns the names of the options that people set.
func (t Table[T]) Names() []string {
	var names []string
	for i := range t {
		if !t[i].Internal {
			names = append(names, t[i].Name)
		}
	}
	return names
}

// Only returns the options that keep reports true of.
func (t Table[T]) Only(keep func(*Option[T]) bool) Table[T] {
	var out Table[T]
	for i := range t {
		if keep(&t[i]) {
			out = append(out, t[i])
		}
	}
	return out
}

// Check returns an [*Error] for the first option whose value is not one that it may have.
func (t Table[T]) Check(v *T) error {
	for i := range t {
		if err := t[i].Check(v); err != nil {
			return err
		}
	}
	return nil
}

// Parse sets the options that text names: name=value, separated by commas, which a value has only if the option is a List.
// An option named twice or not in the table is an error, and then v is unchanged.
func (t Table[T]) Parse(v *T, text string) error {
	var set []*Option[T]
	var values []string
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" && strings.TrimSpace(text) == "" {
			break
		}
		name, value, ok := strings.Cut(part, "=")
		if last := len(set) - 1; !ok && last >= 0 && set[last].List {
			values[last] += "," + part
			continue
		}
		if !ok {
			return fmt.Errorf("%q: want name=value", part)
		}
		o := t.Lookup(strings.TrimSpace(name))
		if o == nil || o.Internal {
			return fmt.Errorf("no option %q; valid: %s", strings.TrimSpace(name), strings.Join(t.Names(), ", "))
		}
		if slices.Contains(set, o) {
			return fmt.Errorf("%s is given twice", o.Name)
		}
		set, values = append(set, o), append(values, value)
	}
	next := *v
	for i, o := range set {
		if err := o.Set(&next, values[i]); err != nil {
			return err
		}
	}
	*v = next
	return nil
}

// Format returns, as [Table.Parse] reads it, the options whose values differ from those of usual.
func (t Table[T]) Format(v, usual *T) string {
	var parts []string
	for i := range t {
		o := &t[i]
		if text := o.Text(v); !o.Internal && text != o.Text(usual) {
			parts = append(parts, o.Name+"="+text)
		}
	}
	return strings.Join(parts, ",")
}

// Summary returns the options that are not 0 in words for people, numbers to four digits: "eps 8/255, steps 10, linf".
func (t Table[T]) Summary(v *T) string {
	var parts []string
	for i := range t {
		o := &t[i]
		if o.Internal {
			continue
		}
		text := o.Text(v)
		switch o.Kind() {
		case Choice:
			parts = append(parts, text)
			continue
		case Switch:
			if o.Value(v) == true {
				parts = append(parts, o.Name)
			}
			continue
		case Number:
			if !strings.Contains(text, "/") {
				text = fmt.Sprintf("%.4g", o.Value(v))
			}
		}
		if !o.IsZero(v) {
			parts = append(parts, strings.TrimSpace(o.Name+" "+text+" "+o.Unit))
		}
	}
	return strings.Join(parts, ", ")
}

// EncodeJSON returns the options as a JSON object, in the table's order.
func (t Table[T]) EncodeJSON(v *T) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i := range t {
		o := &t[i]
		if o.OmitZero && o.IsZero(v) {
			continue
		}
		value, err := json.Marshal(o.Value(v))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.Name, err)
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:%s", o.JSONName(), value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// DecodeJSON reads what [Table.EncodeJSON] writes. Options that the object lacks keep their values, names that the
// table lacks are an error, and on an error v is unchanged. It does not check ranges: see [Table.Check].
func (t Table[T]) DecodeJSON(v *T, data []byte) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	next := *v
	for i := range t {
		o := &t[i]
		raw, ok := object[o.JSONName()]
		if !ok {
			continue
		}
		if err := json.Unmarshal(raw, o.Field(&next)); err != nil {
			if own, ok := err.(*Error); ok {
				return &Error{o.Name, own.Value, own.Want}
			}
			return fmt.Errorf("%s: %w", o.JSONName(), err)
		}
		delete(object, o.JSONName())
	}
	if unknown := slices.Sorted(maps.Keys(object)); len(unknown) > 0 {
		return fmt.Errorf("no option %q", unknown[0])
	}
	*v = next
	return nil
}

// Info describes an option to a form or a document, with the value that it has.
type Info struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Help     string   `json:"help"`
	Hint     string   `json:"hint,omitempty"` // of Option.Hint, and of Option.Zero where the offer has a 0
	Unit     string   `json:"unit,omitempty"`
	Kind     Kind     `json:"kind"`
	Value    any      `json:"value"`
	Min      *float64 `json:"min,omitempty"` // of Option.Offer; nil where there is none
	Max      *float64 `json:"max,omitempty"`
	Zero     string   `json:"zero,omitempty"`
	Choices  []string `json:"choices,omitempty"`
	Per      int      `json:"per,omitempty"`
	Advanced bool     `json:"advanced,omitempty"`
}

// Describe returns the descriptions of the options that people set, with the values that they have in v.
func (t Table[T]) Describe(v *T) []Info {
	list := []Info{}
	for i := range t {
		o := &t[i]
		if o.Internal {
			continue
		}
		info := Info{Name: o.Name, Label: o.Label, Help: o.Help, Unit: o.Unit, Kind: o.Kind(), Value: o.Value(v), Zero: o.Zero,
			Choices: o.Choices, Per: o.Per, Advanced: o.Advanced, Hint: o.Hint}
		offer := o.Offer
		if offer == (Range{}) {
			offer = o.Range
		}
		if (info.Kind == Number || info.Kind == Whole) && o.Zero != "" && offer.Contains(0) {
			if info.Hint != "" {
				info.Hint += "; "
			}
			info.Hint += "0: " + o.Zero
		}
		if info.Kind == Number || info.Kind == Whole {
			min, max := offer.Bounds()
			if !math.IsInf(min, 0) {
				info.Min = &min
			}
			if !math.IsInf(max, 0) {
				info.Max = &max
			}
		}
		list = append(list, info)
	}
	return list
}
