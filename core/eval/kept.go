package eval

import (
	"sync"

	"steady/core/img"
)

// kept is prepared images that may be asked for again, each at the place of its number modulo theirs. Several goroutines may
// use it.
type kept struct {
	lock   sync.Mutex
	places []keptImage
}

type keptImage struct {
	index int
	pix   []uint8 // planes, as those of an img.Image; nil for none
}

// Keep makes the source keep so many prepared images at most, a byte for each value, before they are corrupted, so that one
// that is asked for again is not read and scaled again. Sources that With makes of it from then on share them. Of images
// i and j, where i-j is a multiple of n, one is kept.
func (s *Source) Keep(n int) {
	s.kept = nil
	if n > 0 {
		s.kept = &kept{places: make([]keptImage, n)}
	}
}

// get returns image i of a size, in the memory of m if that is possible; nil if it is not there.
func (k *kept) get(i int, m *img.Image, w, h int) *img.Image {
	if k == nil {
		return nil
	}
	k.lock.Lock()
	at := k.places[i%len(k.places)]
	k.lock.Unlock()
	if at.pix == nil || at.index != i {
		return nil
	}
	if m == nil || m.W != w || m.H != h {
		m = img.New(w, h)
	}
	for j, v := range at.pix {
		m.Pix[j] = img.Unit(v)
	}
	return m
}

// put keeps image i, unless it has values that are no bytes.
func (k *kept) put(i int, m *img.Image) {
	if k == nil {
		return
	}
	pix := make([]uint8, len(m.Pix))
	for j, v := range m.Pix {
		if !(v >= 0 && v <= 1) {
			return
		}
		pix[j] = uint8(v*255 + .5)
		if img.Unit(pix[j]) != v {
			return
		}
	}
	k.lock.Lock()
	k.places[i%len(k.places)] = keptImage{i, pix}
	k.lock.Unlock()
}
