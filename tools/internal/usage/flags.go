package usage

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// CheckFlags returns an error if a flag has an empty value, as from a shell variable that is not set: a command would take it as
// left out.
func CheckFlags(flags *pflag.FlagSet) (err error) {
	flags.Visit(func(f *pflag.Flag) {
		list, ok := f.Value.(pflag.SliceValue)
		switch {
		case ok && len(list.GetSlice()) > 1 && slices.ContainsFunc(list.GetSlice(), isBlank):
			err = Errorf("--%s: one of its values is empty", f.Name)
		case ok && (len(list.GetSlice()) == 0 || isBlank(list.GetSlice()[0])), !ok && isBlank(f.Value.String()):
			err = Errorf("--%s is empty: give it a value, or leave it out", f.Name)
		}
	})
	return err
}

func isBlank(text string) bool { return strings.TrimSpace(text) == "" }

// What packages strconv and time say of a text that they cannot read.
var (
	noNumber   = regexp.MustCompile(`strconv\.Parse(Uint|Int|Float|Bool): parsing ".*": (invalid syntax|value out of range)$`)
	noDuration = regexp.MustCompile(`time: .* duration ".*"$`)
)

// FlagError returns err with what the flag takes in the place of Go's own words.
func FlagError(err error) error {
	text := err.Error()
	if m := noDuration.FindStringIndex(text); m != nil {
		return Errorf("%swant a duration, as 90s or 1h30m", text[:m[0]])
	}
	m := noNumber.FindStringSubmatchIndex(text)
	switch {
	case m == nil:
		return Error{err}
	case text[m[4]:m[5]] == "value out of range":
		return Errorf("%sthe number is out of range", text[:m[0]])
	}
	want := map[string]string{"Uint": "a whole number, 0 or more", "Int": "a whole number", "Float": "a number", "Bool": "true or false"}
	return Errorf("%swant %s", text[:m[0]], want[text[m[2]:m[3]]])
}
