package attack

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strconv"
	"testing"
	"time"

	"steady/core/option"
)

// extremes are numbers as people and programs write them by mistake or on purpose.
var extremes = []string{
	"0", "-1", "0.5", "1e9", "2147483648", "4611686018427387904", "9223372036854775807", "9223372036854775808",
	"-9223372036854775808", "18446744073709551616", "1e308", "1e-308", "1e999", "-1e999", "NaN", "Inf", "-Inf", "1/0", "0x10", "",
}

// Every number of every attack has a range, and within it the attack runs, in little memory; beyond it is an error.
func TestNumbersHaveRanges(t *testing.T) {
	deadlines(t)
	m := newMLP(shape, 8, 5, 0.5)
	x, labels := m.images(3, 0, 1)
	run := func(a *Attack, p Params, what string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Millisecond)
		defer cancel()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := a.Run(ctx, m, x, labels, p, nil)
		runtime.ReadMemStats(&after)
		if param := (*ParamError)(nil); err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &param) &&
			!errors.Is(err, ErrInput) {
			t.Errorf("%s{%s}: %v", a.Name, what, err)
		}
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 64<<20 {
			t.Errorf("%s{%s}: %d bytes taken in a few milliseconds", a.Name, what, taken)
		}
	}
	for _, a := range All() {
		for _, o := range a.Options(a.UsualNorm()) {
			if o.Kind() != option.Number && o.Kind() != option.Whole || o.Internal {
				continue
			}
			texts := extremes
			if o.Name != "seed" {
				least, most := o.Range.Bounds()
				if math.IsInf(least, 0) || math.IsInf(most, 0) {
					t.Errorf("%s: %s has no range", a.Name, o.Name)
				}
				for _, v := range []float64{least, most} {
					texts = append(texts, strconv.FormatFloat(v, 'f', -1, 64))
				}
				p := a.Default(a.UsualNorm())
				if err := o.Set(&p, strconv.FormatFloat(2*most+1, 'f', -1, 64)); err == nil {
					t.Errorf("%s: %s may be beyond its range", a.Name, o.Name)
				}
			}
			for _, text := range texts {
				p := a.Default(a.UsualNorm())
				if err := o.Set(&p, text); err != nil {
					continue
				}
				if v, err := strconv.ParseFloat(text, 64); err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
					t.Errorf("%s: %s is %q: no error", a.Name, o.Name, text)
				}
				run(a, p, o.Name+"="+text)
			}
			// A program may set what no text does.
			for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1, math.MinInt64, math.MaxInt64} {
				p := a.Default(a.UsualNorm())
				switch f := o.Field(&p).(type) {
				case *float64:
					*f = v
				case *int:
					if math.IsNaN(v) || math.Abs(v) >= math.MaxInt64 {
						*f = math.MaxInt
						if v < 0 {
							*f = math.MinInt
						}
					} else {
						*f = int(v)
					}
				default:
					continue
				}
				if err := a.Check(p, shape); err == nil {
					t.Errorf("%s: %s is %s: no error", a.Name, o.Name, o.Text(&p))
				}
				run(a, p, o.Name+"="+o.Text(&p))
			}
		}
	}
}

// All numbers at the ends of their ranges together.
func TestNumbersAtTheirMost(t *testing.T) {
	deadlines(t)
	m := newMLP(shape, 8, 5, 0.5)
	x, labels := m.images(3, 0, 1)
	for _, a := range All() {
		p := a.Default(a.UsualNorm())
		for _, o := range a.Options(a.UsualNorm()) {
			if _, most := o.Range.Bounds(); o.Kind() == option.Whole && !math.IsInf(most, 0) && !(a.single && o.Name == "steps") {
				*o.Field(&p).(*int) = int(most)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		result, err := a.Run(ctx, m, x, labels, p, func(s Step) {
			if s.Step < 0 || s.Step > s.Steps {
				t.Errorf("%s: step %d of %d", a.Name, s.Step, s.Steps)
			}
		})
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) || result == nil {
			t.Errorf("%s: %v", a.Name, err)
		}
	}
}

// deadlines skips a test of which attacks that would take forever are stopped by a deadline: in one thread of
// WebAssembly no timer runs beside them.
func deadlines(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "js" {
		t.Skip("no timer runs beside an attack here")
	}
}
