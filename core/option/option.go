package option

import (
	"encoding"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Option describes one parameter, a field of T.
type Option[T any] struct {
	Name    string // in lower case, words joined by hyphens: as a flag, and in text
	JSON    string // name in JSON; "" means Name with underscores
	Aliases []string
	Label   string // as a form shows it: one to three words
	Help    string // one phrase that stands alone, as the help of a flag
	Hint    string // that a form shows beside the label, where that does not say enough
	Unit    string // of a number: "px", "degrees", "s"; "" for a count or a ratio

	// Field returns a pointer to the field, within the T: a *float64, *int, *uint64, *bool or *string, or a pointer to a
	// type that has UnmarshalText and String. If the error of UnmarshalText is an [*Error], it says what is wanted in the
	// place of Help.
	Field func(*T) any

	Range   Range    // that a number must lie in
	Zero    string   // what 0 means, where it is allowed besides Range: "no limit"
	Offer   Range    // that a form offers; the zero value means Range
	Choices []string // that a text must be one of
	Per     int      // numbers are usually given as fractions of it, like 8/255; 0: as decimals
	List    bool     // a text may have commas, between the elements of a list

	Advanced bool // a form folds it away
	OmitZero bool // JSON leaves it out while it is 0
	Internal bool // set by programs only: in JSON, but no flag, control or text
}

// Kind is the sort of value that an option has.
type Kind string

const (
	Number Kind = "number" // float64
	Whole  Kind = "whole"  // int or uint64
	Switch Kind = "switch" // bool
	Choice Kind = "choice" // one of Option.Choices
	Text   Kind = "text"
)

// Error is an option's value that makes no sense, and what would.
type Error struct {
	Option string // its name
	Value  string
	Want   string
}

func (e *Error) Error() string { return fmt.Sprintf("%s is %s: want %s", e.Option, e.Value, e.Want) }

// Kind returns the kind of the option's values.
func (o *Option[T]) Kind() Kind {
	var t T
	switch o.Field(&t).(type) {
	case *float64:
		return Number
	case *int, *uint64:
		return Whole
	case *bool:
		return Switch
	}
	if len(o.Choices) > 0 {
		return Choice
	}
	return Text
}

// Set reads text into the field. Numbers may be fractions, like 8/255. On an error, an [*Error], the field is unchanged.
func (o *Option[T]) Set(t *T, text string) error {
	next := *t
	text = strings.TrimSpace(text)
	var err error
	switch f := o.Field(&next).(type) {
	case *float64:
		*f, err = ParseNumber(text)
	case *int:
		*f, err = strconv.Atoi(text)
	case *uint64:
		*f, err = strconv.ParseUint(text, 10, 64)
	case *bool:
		*f, err = strconv.ParseBool(text)
	case *string:
		*f = text
	case encoding.TextUnmarshaler:
		err = f.UnmarshalText([]byte(text))
	default:
		panic(fmt.Sprintf("option: %s is a %T", o.Name, f))
	}
	if own, ok := err.(*Error); ok {
		return &Error{o.Name, own.Value, own.Want}
	}
	if err != nil {
		return &Error{o.Name, strconv.Quote(text), o.Want()}
	}
	if err := o.Check(&next); err != nil {
		return err
	}
	*t = next
	return nil
}

// Copy copies the option's value from one T to another.
func (o *Option[T]) Copy(to, from *T) {
	switch f := o.Field(to).(type) {
	case *float64:
		*f = *o.Field(from).(*float64)
	case *int:
		*f = *o.Field(from).(*int)
	case *uint64:
		*f = *o.Field(from).(*uint64)
	case *bool:
		*f = *o.Field(from).(*bool)
	case *string:
		*f = *o.Field(from).(*string)
	case encoding.TextUnmarshaler:
		if err := f.UnmarshalText([]byte(o.Text(from))); err != nil {
			panic(fmt.Sprintf("option: %s does not read what it writes: %v", o.Name, err))
		}
	}
}

// Text returns the option's value as [Option.Set] reads it.
func (o *Option[T]) Text(t *T) string {
	switch f := o.Field(t).(type) {
	case *float64:
		return FormatNumber(*f, o.Per)
	case *int:
		return strconv.Itoa(*f)
	case *uint64:
		return strconv.FormatUint(*f, 10)
	case *bool:
		return strconv.FormatBool(*f)
	case *string:
		return *f
	case fmt.Stringer:
		return f.String()
	default:
		panic(fmt.Sprintf("option: %s is a %T", o.Name, f))
	}
}

// Value returns the option's value: a float64, int, uint64, bool or string.
func (o *Option[T]) Value(t *T) any {
	switch f := o.Field(t).(type) {
	case *float64:
		return *f
	case *int:
		return *f
	case *uint64:
		return *f
	case *bool:
		return *f
	}
	return o.Text(t)
}

// IsZero reports whether the option's value is the zero value of its type.
func (o *Option[T]) IsZero(t *T) bool {
	var zero T
	switch f := o.Field(t).(type) {
	case *float64:
		return *f == 0
	case *int:
		return *f == 0
	case *uint64:
		return *f == 0
	case *bool:
		return !*f
	case *string:
		return *f == ""
	}
	return o.Text(t) == o.Text(&zero)
}

// Check returns an [*Error] if the option's value is not one that it may have.
func (o *Option[T]) Check(t *T) error {
	var v float64
	switch f := o.Field(t).(type) {
	case *float64:
		v = *f
	case *int:
		v = float64(*f)
	case *uint64:
		v = float64(*f)
	case *string:
		if o.Choices != nil && !slices.Contains(o.Choices, *f) && !(*f == "" && o.Zero != "") {
			return &Error{o.Name, strconv.Quote(*f), o.Want()}
		}
		return nil
	default:
		if text := o.Text(t); o.Choices != nil && !slices.Contains(o.Choices, text) && !(o.Zero != "" && o.IsZero(t)) {
			return &Error{o.Name, text, o.Want()}
		}
		return nil // UnmarshalText keeps the others right
	}
	if math.IsNaN(v) || math.IsInf(v, 0) || !o.Range.Contains(v) && !(v == 0 && o.Zero != "") {
		return &Error{o.Name, o.Text(t), o.Want()}
	}
	return nil
}

// Want returns the values that the option may have, in words: "a number above 0, or 0 for no limit".
func (o *Option[T]) Want() string {
	var text string
	switch o.Kind() {
	case Switch:
		return "true or false"
	case Choice:
		text = "one of " + strings.Join(o.Choices, ", ")
		if o.Zero != "" {
			text += ", or nothing for " + o.Zero
		}
		return text
	case Text:
		return o.Help
	case Whole:
		text = "a whole number"
	case Number:
		text = "a number"
	}
	if s := o.Range.String(); s != "" {
		text += " " + s
	}
	if o.Per > 0 {
		text += fmt.Sprintf(", such as 8/%d", o.Per)
	}
	if o.Zero != "" {
		text += ", or 0 for " + o.Zero
	}
	return text
}

// JSONName returns the option's name in JSON.
func (o *Option[T]) JSONName() string {
	if o.JSON != "" {
		return o.JSON
	}
	return strings.ReplaceAll(o.Name, "-", "_")
}
