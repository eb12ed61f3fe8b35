//go:build goexperiment.simd

package cpu

import (
	"unsafe"

	"steady/core/simdx"
)

func everyNth(dst, x []float32, step int) { everyNthOfRows(dst, 0, x, 0, step, len(dst), 1) }

func everyNthOfRows(dst []float32, dstPitch int, x []float32, xPitch, step, n, rows int) {
	vectors := 0 // rows, but for one whose last vector would reach beyond x
	if simdx.HasAVX2 && step <= 2 && n >= 4 {
		vectors = rows
		if (rows-1)*xPitch+step*n > len(x) {
			vectors--
		}
	}
	if vectors > 0 {
		_ = dst[(vectors-1)*dstPitch+n-1]
		if to, from := unsafe.Pointer(&dst[0]), unsafe.Pointer(&x[0]); step == 1 {
			copyRowsAVX2(to, 4*dstPitch, from, 4*xPitch, n, vectors)
		} else {
			everySecondAVX2(to, 4*dstPitch, from, 4*xPitch, n, vectors)
		}
	}
	for i := vectors; i < rows; i++ {
		plainEveryNth(dst[i*dstPitch:][:n], x[i*xPitch:], step)
	}
}

// everySecondAVX2 is everyNthOfRows for every second element and rows of at least four, whose pitches are in bytes.
//
//go:noescape
func everySecondAVX2(dst unsafe.Pointer, dstPitch int, x unsafe.Pointer, xPitch, n, rows int)

// copyRowsAVX2 is everySecondAVX2 for all elements.
//
//go:noescape
func copyRowsAVX2(dst unsafe.Pointer, dstPitch int, x unsafe.Pointer, xPitch, n, rows int)

// rowsTogether returns as many rows of so many columns as stay in the first cache.
func rowsTogether(columns int) int {
	const cached = 1 << 11
	if !simdx.HasAVX2 {
		return 1
	}
	return max(cached/columns, 1)
}

func (m *maxRows) run() {
	if !simdx.HasAVX2 || m.columns < 8 {
		m.portableRun()
		return
	}
	_, _ = m.x[((m.count-1)*m.stride+m.rows-1)*m.pitch+m.columns-1], m.y[m.count*m.outputs-1]
	width := (m.outputs-1)*m.step + m.window
	_, _ = m.padded[m.together*width+m.window+6], m.most[m.together*width+6]
	for i := 0; i < m.count; i += m.together {
		part := *m
		part.count, part.x, part.y = min(m.together, m.count-i), m.x[i*m.stride*m.pitch:], m.y[i*m.outputs:]
		if maxOfRowsAVX2(unsafe.Pointer(&m.row[0]), 4*width, unsafe.Pointer(&part.x[0]), 4*m.stride*m.pitch, 4*m.pitch, m.rows, m.columns, part.count) != 0 {
			part.plainRun()
			continue
		}
		maxOfColumnsAVX2(unsafe.Pointer(&m.most[0]), unsafe.Pointer(&m.padded[0]), m.window, part.count*width)
		everyNthOfRows(part.y, m.outputs, m.most, width, m.step, m.outputs, part.count)
	}
}

// maxOfRowsAVX2 is dst[i·dstPitch+j] = max_r x[i·stride+r·pitch+j] for count i and n columns, at least eight; pitches and
// strides are in bytes. unordered is 0 if nothing is NaN, for which it is wrong.
//
//go:noescape
func maxOfRowsAVX2(dst unsafe.Pointer, dstPitch int, x unsafe.Pointer, stride, pitch, rows, n, count int) (unordered int)

// maxOfColumnsAVX2 is dst[j] = max_k x[j+k] for windows of k elements and n columns, or up to seven more; it knows no NaN.
//
//go:noescape
func maxOfColumnsAVX2(dst, x unsafe.Pointer, window, n int)
