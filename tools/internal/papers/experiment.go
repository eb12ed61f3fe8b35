package papers

import (
	"fmt"
	"io"
	"math"
	"strings"
	"unicode"

	"github.com/spf13/pflag"

	"steady/core/corrupt"
	"steady/core/results"
	"steady/core/score"
	"steady/core/table"
	"steady/tools/internal/output"
)

// documented is a result that is shown as tables.
type documented interface{ document() table.Document }

func markdown[T documented](r T, w io.Writer) error { return r.document().WriteMarkdown(w) }
func latex[T documented](r T, w io.Writer) error    { return r.document().WriteLaTeX(w) }

// experiment reads results, by default those that come with the program, computes an experiment of them, writes the files that are asked for, and prints it.
func experiment[T documented](e *Env, inputs []string, plan *output.Plan, exports output.Exports[T], compute func(*results.Table) (T, error)) error {
	plan.Input(inputs...)
	exports.Plan(plan)
	if err := plan.Check(); err != nil {
		return err
	}
	t, err := e.readOr(inputs, shippedPapers)
	if err != nil {
		return err
	}
	r, err := compute(t)
	if err != nil {
		return err
	}
	if err := exports.Write(r); err != nil {
		return err
	}
	return e.Print(r, r.document().WriteText)
}

// addFlags adds the flags of what is chosen.
func (s *selection) addFlags(flags *pflag.FlagSet) {
	flags.StringArrayVar(&s.networks, "network", nil, "only the network of this name; several times for several\n(default: all of the results)")
	flags.StringSliceVar(&s.corruptions, "corruptions", nil, "only these corruptions: names, suites, families, or YAML files with cells of 'steady bench run', with\ncommas between them; those of cells at their severities, range for all (default: all of the results)")
}

// familyOf returns the family of a corruption, "" if there is none of the name.
func familyOf(name string) string {
	c, err := corrupt.Lookup(name)
	if err != nil {
		return ""
	}
	return c.Family
}

// known returns a figure, or nil if it is NaN.
func known(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

// estimate returns a figure with its interval over images.
func estimate(value float64, influence []float64) Estimate {
	i := score.InfluenceInterval(value, influence, level)
	return Estimate{value, i.Lower, i.Upper}
}

// shareEstimate returns the mean of the shares of images with its interval: Wilson's where each is 0 or 1, and else one
// that ends at 0 and 1.
func shareEstimate(shares []float64) Estimate {
	e := estimate(score.MeanInfluence(shares))
	right := 0
	for _, v := range shares {
		switch v {
		case 0:
		case 1:
			right++
		default:
			e.Lower, e.Upper = max(e.Lower, 0), min(e.Upper, 1)
			return e
		}
	}
	i := score.Wilson(right, len(shares), level)
	return Estimate{e.Value, i.Lower, i.Upper}
}

// Texts of figures: shares in percent, robustness scores and coefficients as they are, differences with their sign.

func percentCell(e Estimate) table.Cell {
	return table.Cell{Text: fmt.Sprintf("%.1f", 100*e.Value), Interval: fmt.Sprintf("[%.1f, %.1f]", 100*e.Lower, 100*e.Upper)}
}

func ratioCell(e Estimate) table.Cell {
	return table.Cell{Text: fmt.Sprintf("%.3f", e.Value), Interval: fmt.Sprintf("[%.3f, %.3f]", e.Lower, e.Upper)}
}

// pointsCell returns a difference, times 100.
func pointsCell(e Estimate) table.Cell {
	return table.Cell{Text: signed(100*e.Value, 1), Interval: "[" + signed(100*e.Lower, 1) + ", " + signed(100*e.Upper, 1) + "]"}
}

func coefficientCell(c Coefficient) table.Cell {
	if c.Value == nil {
		return table.None
	}
	cell := table.Cell{Text: signed(*c.Value, 2)}
	if c.Lower != nil && c.Upper != nil {
		cell.Interval = "[" + signed(*c.Lower, 2) + ", " + signed(*c.Upper, 2) + "]"
	}
	return cell
}

// signed returns a number with its sign, unless it is 0 when rounded.
func signed(v float64, decimals int) string {
	text := fmt.Sprintf("%+.*f", decimals, v)
	if strings.Trim(text, "+-0.") == "" {
		return text[1:]
	}
	return strings.Replace(text, "-", "−", 1)
}

// fileName returns a name of letters, digits and hyphens for the file of a figure.
func fileName(parts ...string) string {
	name := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) || r == '.' {
			return r
		}
		return '-'
	}, strings.Join(parts, "-"))
	for strings.Contains(name, "--") {
		name = strings.ReplaceAll(name, "--", "-")
	}
	return strings.Trim(name, "-.")
}
