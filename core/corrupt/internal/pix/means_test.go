package pix

import (
	"testing"

	"steady/core/random"
)

// The vectors must take the values that the plain loops take.
func TestMeansAndGather(t *testing.T) {
	s := random.New(1, 0, "means", 0)
	for _, n := range []int{1, 7, 8, 15, 16, 31, 67, 134} {
		for count := 1; count <= 5; count++ {
			const step = 9
			bytes, got := make([]int32, n+step*count), make([]int32, n)
			for i := range bytes {
				bytes[i] = int32(s.IntN(256))
			}
			Means(got, bytes, step, count)
			for i, v := range got {
				sum := []int32{0}
				for k := range count {
					sum[0] += bytes[i+k*step]
				}
				if RoundMeans(sum, count); v != sum[0] {
					t.Errorf("%d means of %d: at %d %d, want %d", n, count, i, v, sum[0])
				}
			}
		}
		for _, small := range []int{1, 2, 9, n/3 + 1, n/2 + 1, n} {
			src, dst, from := make([]float32, small), make([]float32, n), make([]int32, n)
			for i := range src {
				src[i] = s.Float32()
			}
			for i := range from {
				from[i] = int32(i * small / max(n, small))
			}
			Gather(dst, src, from)
			for i, v := range dst {
				if v != src[from[i]] {
					t.Errorf("%d values of %d: at %d %g, want %g", n, small, i, v, src[from[i]])
				}
			}
		}
	}
}
