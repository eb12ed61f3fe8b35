package usage

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/spf13/pflag"
)

// CheckFlags returns an error if a flag was given an empty text, as by a shell variable that is not set: nothing that was typed is
// taken as left out.
func CheckFlags(flags *pflag.FlagSet) (err error) {
	flags.Visit(func(f *pflag.Flag) {
		if list, ok := f.Value.(pflag.SliceValue); ok && (len(list.GetSlice()) == 0 || slices.Contains(list.GetSlice(), "")) || !ok && f.Value.String() == "" {
			err = Errorf("--%s is empty: give it a value, or leave it out", f.Name)
		}
	})
	return err
}

// parsing is what package strconv says of a text that is no number.
var parsing = regexp.MustCompile(`strconv\.Parse(\w+): parsing ".*": (invalid syntax|value out of range)$`)

// FlagError returns the error of a flag's text in words of a user.
func FlagError(err error) error {
	m := parsing.FindStringSubmatchIndex(err.Error())
	if m == nil {
		return Error{err}
	}
	text := err.Error()
	want := map[string]string{"Uint": "a whole number from 0 on", "Int": "a whole number", "Float": "a number", "Bool": "true or false"}[text[m[2]:m[3]]]
	if want == "" {
		return Error{err}
	}
	if text[m[4]:m[5]] != "invalid syntax" {
		return Error{errors.New(text[:m[0]] + "the number is too large")}
	}
	return Error{fmt.Errorf("%swant %s", text[:m[0]], want)}
}
