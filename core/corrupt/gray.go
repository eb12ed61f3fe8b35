package corrupt

import "steady/core/img"

// turnGray makes an image gray that the corruption may have colored. The package documentation says why noise is treated
// in another way.
func (c *Corruption) turnGray(m *img.Image) {
	if c.Family != Noise {
		m.Gray()
		return
	}
	copy(m.Plane(1), m.Plane(0))
	copy(m.Plane(2), m.Plane(0))
}
