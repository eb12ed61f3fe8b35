package cpu

import (
	"fmt"
	"testing"
)

func TestSlide(t *testing.T) {
	same := func(what string, got, want []float32) {
		t.Helper()
		for i, w := range want {
			if got[i] != w {
				t.Fatalf("%s: element %d is %g, want %g", what, i, got[i], w)
			}
		}
	}
	for n := 1; n < 40; n++ {
		for rows := 1; rows < 5; rows++ {
			const pitch = 45
			x := noise(rows*pitch+slack, uint64(n))
			got, want := make([]float32, n+1), make([]float32, n+1)
			maxRows(got[:n], x, pitch, rows)
			plainMaxRows(want[:n], x, pitch, rows)
			same(fmt.Sprintf("maxRows of %d, %d columns", rows, n), got, want)

			window := rows
			got, want = noise(n+window-1+slideOverrun, 5), noise(n+window-1+slideOverrun, 5)
			maxColumns(got, window, n)
			plainMaxColumns(want, window, n)
			same(fmt.Sprintf("maxColumns of %d, %d columns", window, n), got[:n], want[:n])

			step := rows
			got, want = make([]float32, n+1), make([]float32, n+1)
			everyNth(got[:n], x[:(n-1)*step+1], step)
			plainEveryNth(want[:n], x, step)
			same(fmt.Sprintf("everyNth of %d, %d columns", step, n), got, want)
		}
	}
}
