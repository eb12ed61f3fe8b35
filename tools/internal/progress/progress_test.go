package progress

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Where the output is no terminal, a line is written every five seconds, and none about short work.
func TestLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := New(&out, "images", 100)
		for n := range 12 {
			p.Set(n, "accuracy 50 %")
			time.Sleep(time.Second)
		}
		p.End()
		want := "5 of 100 images, 1/s, 1m35s left, accuracy 50 %\n10 of 100 images, 1/s, 1m30s left, accuracy 50 %\n"
		if out.String() != want {
			t.Errorf("%q, want %q", &out, want)
		}
	})
}

func TestStopped(t *testing.T) {
	err := error(Stopped{"stopped after 3"})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "after 3") {
		t.Errorf("%v", err)
	}
}
