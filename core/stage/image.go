package stage

// ImageID names one of the images on the stage.
type ImageID int

const (
	Original ImageID = iota
	Corrupted
	Adversarial
	Difference
	Tile0  // the first of the [Tiles] of a mosaic
	images = Tile0 + Tiles
)

// Image is RGBA bytes to be shown, or nothing if W is 0. Version changes with its bytes: they need to go to a GPU only then.
type Image struct {
	W, H    int
	Pix     []byte
	Version uint64
}

// set copies pixels into the image's own memory.
func (m *Image) set(pix []byte, w, h int) {
	m.W, m.H = w, h
	m.Pix = append(m.Pix[:0], pix...)
	m.Version++
}

// difference makes m the difference of two images around middle gray, magnified by the largest whole number for which
// nothing is cut off, and returns that number; 0 if nothing differs.
func (m *Image) difference(a, b *Image) int {
	if m.W = 0; a.W == 0 || a.W != b.W || a.H != b.H {
		return 0
	}
	largest := 0
	for i, v := range a.Pix {
		largest = max(largest, int(v)-int(b.Pix[i]), int(b.Pix[i])-int(v))
	}
	times := 0
	if largest > 0 {
		times = max(127/largest, 1)
	}
	if cap(m.Pix) < len(a.Pix) {
		m.Pix = make([]byte, len(a.Pix))
	}
	m.Pix = m.Pix[:len(a.Pix)]
	m.W, m.H = a.W, a.H
	for i, v := range a.Pix {
		m.Pix[i] = byte(min(max(128+times*(int(b.Pix[i])-int(v)), 0), 255))
	}
	for i := 3; i < len(m.Pix); i += 4 {
		m.Pix[i] = 255
	}
	m.Version++
	return times
}
