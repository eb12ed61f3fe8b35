package corrupt

import (
	"steady/core/corrupt/internal/pix"
	"steady/core/img"
)

// Byte returns v, in [0,1], as a byte, truncated as the references do it, but for the rounding errors of float32:
// Byte(float32(b)/255) is b. What lies outside is clipped, and NaN is 0.
func Byte(v float32) uint8 { return pix.Byte(v) }

// PutBytes writes m to dst as CIFAR-10-C's files have it: H×W×3 bytes, truncated. What ApplyBytes has left is written as
// it is. It panics if dst is shorter.
func PutBytes(dst []byte, m *img.Image) { pix.PutBytes(dst, pix.PlanesOf(m)) }

// Truncate changes m to what it would be if PutBytes had stored it and it had been read again.
func Truncate(m *img.Image) { pix.Truncate(m.Pix, m.Pix, 0) }

// Round changes m to the nearest image that bytes can hold.
func Round(m *img.Image) { pix.Round(m.Pix, m.Pix) }

// ApplyBytes corrupts an image in place and leaves what bytes can hold of the result: truncated for the corruptions of
// ImageNet-C, as it is in the published files; rounded for those of the suite Laugros, whose reference has no bytes.
func (c *Corruption) ApplyBytes(m *img.Image, o Options) error {
	if err := c.Apply(m, m, o); err != nil {
		return err
	}
	if c.rounded {
		Round(m)
	} else {
		Truncate(m)
	}
	return nil
}
