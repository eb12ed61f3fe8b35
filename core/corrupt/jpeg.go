package corrupt

import (
	"fmt"

	"steady/core/corrupt/internal/jpegsim"
	"steady/core/corrupt/internal/pix"
	"steady/core/img"
)

// CompressJPEG changes m to what it would be if it had been stored as a JPEG file of a quality of 1 to 100, with the settings
// of libjpeg and Pillow, and read again. The files of ImageNet-C are corrupted images at quality 85. Values are truncated to
// bytes first. It panics for another quality.
func CompressJPEG(m *img.Image, quality int) {
	if quality < 1 || quality > 100 {
		panic(fmt.Sprintf("corrupt: JPEG of quality %d", quality))
	}
	j := jobs.Get().(*job)
	p := pix.PlanesOf(m)
	jpegsim.RoundTrip(p, p, m.W, m.H, quality, &j.scratch)
	jobs.Put(j)
}
