package corrupt_test

import (
	"testing"

	"steady/core/corrupt"
)

// Options are read from text as they are written.
func TestOptionTable(t *testing.T) {
	table, usual := corrupt.OptionTable(), corrupt.DefaultOptions()
	for text, want := range map[string]corrupt.Options{
		"":                                    {Severity: 3},
		"severity=5":                          {Severity: 5},
		"severity=range,seed=7":               {Severity: corrupt.FullRange, Seed: 7},
		"severity=1,profile=cifar,seed=12345": {Severity: 1, Profile: corrupt.CIFAR, Seed: 12345},
	} {
		got := usual
		if err := table.Parse(&got, text); err != nil || got != want {
			t.Errorf("%q reads as %+v, %v; want %+v", text, got, err, want)
		}
		if back := table.Format(&want, &usual); back != text {
			t.Errorf("%+v is written as %q, want %q", want, back, text)
		}
	}
	for _, text := range []string{"severity=0", "severity=6", "severity=-1", "severity=strong", "profile=big", "seed=-1", "index=1", "gray=true"} {
		got := usual
		if err := table.Parse(&got, text); err == nil || got != usual {
			t.Errorf("%q reads as %+v", text, got)
		}
	}
}
