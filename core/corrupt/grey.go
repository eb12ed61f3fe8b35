package corrupt

import "steady/core/img"

// turnGrey makes a picture grey that the corruption may have coloured; doc.go says why noise is no colour.
func (c *Corruption) turnGrey(m *img.Image) {
	if c.Family != Noise {
		m.Grey()
		return
	}
	copy(m.Plane(1), m.Plane(0))
	copy(m.Plane(2), m.Plane(0))
}
