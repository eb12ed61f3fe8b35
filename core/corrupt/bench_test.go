package corrupt

import (
	"fmt"
	"testing"

	"steady/core/corrupt/internal/imagetest"
	"steady/core/img"
)

// One thread, as corruptions run; the sizes are those of CIFAR, ImageNet and a webcam.
func BenchmarkApply(b *testing.B) {
	for _, c := range all {
		for _, size := range [][2]int{{32, 32}, {224, 224}, {640, 480}} {
			src := imagetest.Synthetic(size[0], size[1])
			dst := img.New(src.W, src.H)
			for _, severity := range []int{1, 3, 5} {
				b.Run(fmt.Sprintf("%s/%dx%d/%d", c.Name, src.W, src.H, severity), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						if err := c.Apply(dst, src, Options{Severity: severity}); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}
