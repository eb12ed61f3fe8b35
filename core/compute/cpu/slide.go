package cpu

// Steps of max pooling and of strided convolutions, in assembly on wasm (slide_wasm.s).

// maxRows are some rows of outputs of max pooling, all from as many rows of the image. run takes, for each, the largest
// of the rows, then that of the columns of each window, for all columns; the outputs are some of these. NaN counts
// as the largest.
type maxRows struct {
	count int       // rows of outputs
	x     []float32 // the first of the image's rows
	rows  int       // of the image, for each row of outputs
	pitch int       // from one row of the image to the next
	// stride is the number of rows of the image from one row of outputs to the next.
	stride int

	columns      int       // of the image
	together     int       // rows of outputs that scratch memory has room for
	row          []float32 // scratch: the largest of the image's rows, columns of them
	padded       []float32 // these with the padding around them, for each row as far as windows reach: maxRowsScratch
	window, step int       // columns of a window, and from one to the next
	most         []float32 // scratch, as long as padded
	outputs      int       // of a row
	y            []float32
}

// maxRowsScratch is the length of padded: whole vectors of 16, with room for vectors that begin in the last window, and
// slideOverrun more.
func maxRowsScratch(together, outputs, window, step int) int {
	return (together*((outputs-1)*step+window)+window+6)/16*16 + 16 + slideOverrun
}

// slideOverrun is how many columns may be read behind those that windows reach.
const slideOverrun = 4

// plainRun is run in plain Go.
func (m *maxRows) plainRun() {
	for i := range m.count {
		for j := range m.row[:m.columns] {
			at := i*m.stride*m.pitch + j
			most := m.x[at]
			for r := 1; r < m.rows; r++ {
				if v := m.x[at+r*m.pitch]; v > most || v != v { // not max, which is slow on wasm
					most = v
				}
			}
			m.row[j] = most
		}
		for j := range m.y[i*m.outputs:][:m.outputs] {
			most := m.padded[j*m.step]
			for _, v := range m.padded[j*m.step:][1:m.window] {
				if v > most || v != v {
					most = v
				}
			}
			m.y[i*m.outputs+j] = most
		}
	}
}

// plainEveryNth is everyNth, dst[j] = x[j·step], in plain Go. everyNthOfRows does it for n elements of each row, and with a step
// of 1 copies them.
func plainEveryNth(dst, x []float32, step int) {
	for step == 2 && len(dst) >= 4 && len(x) >= 8 { // the usual step, four at a time
		d, s := (*[4]float32)(dst), (*[8]float32)(x)
		d[0], d[1], d[2], d[3] = s[0], s[2], s[4], s[6]
		dst, x = dst[4:], x[8:]
	}
	at := 0
	for j := range dst {
		dst[j] = x[at]
		at += step
	}
}
