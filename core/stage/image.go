package stage

// ImageID names one of the images on the stage.
type ImageID int

const (
	Original ImageID = iota
	Corrupted
	Adversarial
	Difference // without bytes of its own: the view of another that magnifies its difference from the original
	Tile0      // the first of the [Tiles] of a mosaic
	images     = Tile0 + Tiles
)

// before returns what an image takes the place of when another corruption or attack has been chosen.
func (id ImageID) before() ImageID { return id + images }

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

// magnification returns the largest whole number by which the difference of two images can be multiplied, around middle gray, so
// that nothing is cut off; 0 if nothing differs, or they are of different sizes.
func magnification(a, b *Image) int {
	if a.W != b.W || a.H != b.H {
		return 0
	}
	largest := 0
	for i, v := range a.Pix {
		largest = max(largest, int(v)-int(b.Pix[i]), int(b.Pix[i])-int(v))
	}
	if largest == 0 {
		return 0
	}
	return max(127/largest, 1)
}
