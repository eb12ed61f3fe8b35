package papers

import (
	"fmt"
	"math"

	"github.com/spf13/pflag"

	"steady/core/score"
	"steady/tools/internal/usage"
)

// resampling is how intervals are made; its flags are common to all experiments that have some.
type resampling struct {
	seed      uint64
	resamples int
}

func (r *resampling) addFlags(flags *pflag.FlagSet) {
	flags.IntVar(&r.resamples, "resamples", 2000, "number of resamples that intervals are made of")
	flags.Uint64Var(&r.seed, "resample-seed", 0, "random seed of the resamples")
}

func (r *resampling) check() error {
	if r.resamples < 100 || r.resamples > 100_000 {
		return usage.Errorf("--resamples %d: want 100 to 100,000", r.resamples)
	}
	return nil
}

// Interval is a 95 % confidence interval.
type Interval struct {
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
}

// knownInterval returns an interval, or nil if there is none.
func knownInterval(i score.Interval) *Interval {
	if math.IsNaN(i.Lower) || math.IsNaN(i.Upper) {
		return nil
	}
	return &Interval{i.Lower, i.Upper}
}

// figure returns a number with two decimals and its interval, "-" for none.
func figure(v *float64, i *Interval) string {
	switch {
	case v == nil:
		return "-"
	case i == nil:
		return fmt.Sprintf("%.2f", *v)
	}
	return fmt.Sprintf("%.2f [%.2f, %.2f]", *v, i.Lower, i.Upper)
}
