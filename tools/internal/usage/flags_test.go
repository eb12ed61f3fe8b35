package usage

import (
	"io"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func flags() *pflag.FlagSet {
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.String("text", "", "")
	f.StringSlice("list", nil, "")
	f.StringArray("several", nil, "")
	f.Int("whole", 0, "")
	f.Uint64("seed", 0, "")
	f.Float64("number", 0, "")
	f.Bool("on", false, "")
	f.Duration("time", 0, "")
	return f
}

func TestCheckFlags(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--text=", "--text is empty"}, {"--list=", "--list is empty"}, {"--several= --text=a", "--several is empty"}, {"--list=a,,b", "--list: one of its values is empty"},
		{"--text=a --list=a,b --several=a,,b --whole=0 --on=false", ""}, {"", ""},
	} {
		f := flags()
		f.Set("text", " ")
		if err := CheckFlags(f); err == nil {
			t.Error("a space is taken for a value")
		}
		f = flags()
		if err := f.Parse(strings.Fields(c.args)); err != nil {
			t.Fatal(err)
		}
		if err := CheckFlags(f); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.args, err, c.want)
		}
	}
}

func TestFlagError(t *testing.T) {
	for arg, want := range map[string]string{
		"--seed=-1":      `invalid argument "-1" for "--seed" flag: want a whole number, 0 or more`,
		"--whole=1.5":    "want a whole number",
		"--number=much":  "want a number",
		"--on=perhaps":   "want true or false",
		"--number=1e999": "the number is out of range",
		"--time=5":       `for "--time" flag: want a duration, as 90s or 1h30m`,
		"--nosuch":       "unknown flag: --nosuch",
	} {
		if err := FlagError(flags().Parse([]string{arg})); !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v, want %q", arg, err, want)
		}
	}
}
