//go:build !goexperiment.simd || !(amd64 || arm64)

package cpu

// transpose writes element j of row i, which lies at src[i*length+j], to dst[j*pitch+i]. It may read and write up to
// three columns more.
func transpose(dst []float32, pitch int, src []float32, length, rows, columns int) {
	for i := 0; i < rows; i++ {
		for j, v := range src[i*length:][:columns] {
			dst[j*pitch+i] = v
		}
	}
}
