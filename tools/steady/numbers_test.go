package main

import (
	"bytes"
	"context"
	"math"
	"path/filepath"
	"regexp"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"steady/core/attack"
	"steady/core/option"
	"steady/core/train"
)

// numberTypes are what the help calls the values of flags that are numbers.
var numberTypes = []string{"int", "number", "whole", "uint", "float64", "float", "duration", "count"}

// Every flag that is a number has a range, which it checks before anything is allocated: beyond it is an error that says
// the range, and within it the command runs. It is stopped after a moment: numbers may be such that it would take long.
func TestNumbersOfFlags(t *testing.T) {
	data, model, dir := writeSet(t, 4), writeModel(t, 1), t.TempDir()
	picture := filepath.Join(dir, "p.png")
	writePNG(t, picture, side, side)
	set := []string{"--data", data, "--model", model}
	line := func(command, flag string) []string {
		switch command {
		case "corrupt":
			return []string{"corrupt", "fog", picture, filepath.Join(dir, "out.png"), "--force"}
		case "corrupt-set":
			return []string{"corrupt-set", "fog", "--data", data, "--out", filepath.Join(dir, "set.npy"), "--force"}
		case "predict":
			return []string{"predict", "--model", model, picture}
		case "eval":
			return append([]string{"eval", "--corruption", "fog"}, set...)
		case "attack":
			name := "pgd"
			for _, a := range attack.All() {
				if pgd, _ := attack.Lookup("pgd"); a.Uses(flag) && !pgd.Uses(flag) {
					name = a.Name
				}
			}
			return append([]string{"attack", name}, set...)
		case "train":
			recipe := "standard"
			for _, r := range train.Recipes() {
				if o := r.Config.Options; o != nil && slices.ContainsFunc(o.Describe(), func(o option.Info) bool { return o.Name == flag }) {
					recipe = r.Name
				}
			}
			return []string{"train", recipe, "--data", data, "--test", data, "--network", "compact", "--out", filepath.Join(dir, "net.onnx"), "--force"}
		}
		t.Errorf("%s --%s: no line of this command is tried", command, flag)
		return nil
	}
	beyond := []string{"-1", "4611686018427387904"} // every range
	texts := append([]string{"0.5", "1e999", "NaN", "x"}, beyond...)
	says := regexp.MustCompile(`want (a whole number|a number)|want 1 to|want at most|want at least|want five times|the network takes|wrong image size|--\S+ -?\d+: want|not a number`)
	seen := 0
	for _, c := range (&app{}).root().Commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if !isNumber(f) || strings.Contains(f.Usage, "dummy") {
				return
			}
			line := line(c.Name(), f.Name)
			seen++
			texts := texts
			if f.Name != "seed" {
				least, most := rangeOf(t, c, f)
				texts = append(texts, least, most)
			}
			for _, text := range texts {
				code, stderr := moment(t, append(line, "--"+f.Name+"="+text))
				switch {
				case code == exitUsage && !says.MatchString(stderr):
					t.Errorf("%s --%s=%s: %s: want what would be right", c.Name(), f.Name, text, stderr)
				case code != exitUsage && (!finite(text) || f.Name != "seed" && slices.Contains(beyond, text)):
					t.Errorf("%s --%s=%s: exit code %d, want an error of usage: %s", c.Name(), f.Name, text, code, stderr)
				}
			}
		})
	}
	for _, name := range []string{"mean", "std", "scale"} {
		for _, text := range []string{"1e300", "-1e30", "NaN", "Inf", "1e999", "x", "1e-300,1e300"} {
			code, stderr := moment(t, []string{"predict", "--model", model, "--" + name + "=" + text, picture})
			if code != exitUsage || !regexp.MustCompile(`want (a|one) number|not a number`).MatchString(stderr) {
				t.Errorf("--%s=%s: exit code %d, %s", name, text, code, stderr)
			}
		}
	}
	if seen < 40 {
		t.Errorf("%d flags are numbers, want the 40 and more that there are", seen)
	}
}

func isNumber(f *pflag.Flag) bool {
	for _, name := range numberTypes {
		if f.Value.Type() == name || strings.HasPrefix(f.Value.Type(), name+"6") {
			return true
		}
	}
	return false
}

func finite(text string) bool {
	v, err := strconv.ParseFloat(text, 64)
	return err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// rangeOf returns the ends of a flag's range.
func rangeOf(t *testing.T, c *cobra.Command, f *pflag.Flag) (least, most string) {
	v, ok := f.Value.(interface{ Range() option.Range })
	if !ok {
		t.Errorf("%s --%s: it has no range", c.Name(), f.Name)
		return "1", "1"
	}
	a, b := v.Range().Bounds()
	if math.IsInf(a, 0) || math.IsInf(b, 0) {
		t.Errorf("%s --%s: its range is %v", c.Name(), f.Name, v.Range())
	}
	return strconv.FormatFloat(a, 'f', -1, 64), strconv.FormatFloat(b, 'f', -1, 64)
}

// moment runs a command for a moment.
func moment(t *testing.T, args []string) (code int, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	var out, err bytes.Buffer
	before := allocated()
	code = run(ctx, args, &out, &err)
	if taken := allocated() - before; taken > 1<<30 {
		t.Errorf("steady %s: %d MB taken", strings.Join(args, " "), taken>>20)
	}
	return code, err.String()
}

// allocated returns the bytes allocated so far.
func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}
