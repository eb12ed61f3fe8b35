package cpu

import (
	"fmt"
	"math"
	"testing"
)

func TestMaxRows(t *testing.T) {
	for columns := 1; columns < 40; columns++ {
		for rows := 1; rows < 5; rows++ {
			for _, window := range []int{1, 2, 3, 5} {
				for step := 1; step < 4; step++ {
					const count, together, pitch, stride, left = 3, 2, 45, 2, 1
					outputs := (columns+left-window)/step + 1
					if columns+left < window {
						continue
					}
					padded := make([]float32, maxRowsScratch(together, outputs, window, step))
					for i := range padded {
						padded[i] = float32(math.Inf(-1))
					}
					m := maxRows{
						count: count, x: noise((stride*count+rows)*pitch, uint64(columns)), rows: rows, pitch: pitch, stride: stride,
						columns: min(columns, (outputs-1)*step+window-left), together: together, row: padded[left:], padded: padded,
						window: window, step: step, most: make([]float32, len(padded)), outputs: outputs, y: make([]float32, count*outputs+1),
					}
					m.x[stride*pitch+columns/2] = float32(math.Copysign(0, -1))
					if columns%2 == 0 {
						m.x[columns/2] = float32(math.NaN())
					}
					want := m
					want.y = make([]float32, len(m.y))
					want.plainRun()
					m.run()
					for i, w := range want.y {
						if m.y[i] != w && (m.y[i] == m.y[i] || w == w) {
							t.Fatalf("%d rows of %d columns, windows of %d, %d apart: element %d is %g, want %g", rows, columns, window, step, i, m.y[i], w)
						}
					}
				}
			}
		}
	}
}

func TestEveryNth(t *testing.T) {
	for n := 1; n < 40; n++ {
		for step := 1; step < 5; step++ {
			for more := range step { // elements behind the last one
				x := noise((n-1)*step+1+more, 1)
				got, want := make([]float32, n+1), make([]float32, n+1)
				everyNth(got[:n], x, step)
				plainEveryNth(want[:n], x, step)
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Fatalf("%d elements, %d apart: %g, want %g", n, step, got, want)
				}
			}
		}
	}
}

func TestEveryNthOfRows(t *testing.T) {
	const dstPitch = 41
	for n := 1; n < 40; n++ {
		for step := 1; step < 4; step++ {
			for rows := 1; rows < 4; rows++ {
				xPitch := (n-1)*step + 1 + rows
				for more := range step { // elements behind the last one
					x := noise((rows-1)*xPitch+(n-1)*step+1+more, 1)
					got, want := make([]float32, rows*dstPitch), make([]float32, rows*dstPitch)
					everyNthOfRows(got, dstPitch, x, xPitch, step, n, rows)
					for i := range rows {
						plainEveryNth(want[i*dstPitch:][:n], x[i*xPitch:], step)
					}
					if fmt.Sprint(got) != fmt.Sprint(want) {
						t.Fatalf("%d rows of %d elements, %d apart: %g, want %g", rows, n, step, got, want)
					}
				}
			}
		}
	}
}

func TestCutPatch(t *testing.T) {
	const channels, row = 8, 11
	for height := 1; height <= winogradTile; height++ {
		for width := 1; width <= winogradTile; width++ {
			channel, patch := row*height+1, noise(16*channels, 1)
			got, want := make([]float32, channels*channel), make([]float32, channels*channel)
			cutPatch(got, channel, row, patch, channels, height, width)
			plainCutPatch(want, channel, row, patch, channels, height, width)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%d×%d: %g, want %g", height, width, got, want)
			}
		}
	}
}
