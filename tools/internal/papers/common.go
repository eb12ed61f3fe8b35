package papers

import (
	"fmt"

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

// figure returns a number with two decimals and its interval, "-" for none.
func figure(v *float64, i *score.Interval) string {
	switch {
	case v == nil:
		return "-"
	case i == nil:
		return fmt.Sprintf("%.2f", *v)
	}
	return fmt.Sprintf("%.2f [%.2f, %.2f]", *v, i.Lower, i.Upper)
}
