package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Set is a labeled set of images of one size, as 8-bit values.
type Set struct {
	Name    string
	Classes []string // names of the classes; may be empty
	C, H, W int      // channels (1 or 3), height and width of an image
	Labels  []int    // the class of each image, from 0
	Pix     []uint8  // N×C×H×W: planes of each image one after the other
}

// Len returns the number of images.
func (s *Set) Len() int { return len(s.Labels) }

// Size returns the number of values of an image.
func (s *Set) Size() int { return s.C * s.H * s.W }

// Image returns the values of image i, C×H×W. They share the memory of the set.
func (s *Set) Image(i int) []uint8 { return s.Pix[i*s.Size() : (i+1)*s.Size()] }

// Limit returns the set of the first n images, which shares memory with s; n <= 0 means all.
func (s *Set) Limit(n int) *Set {
	if n <= 0 || n >= s.Len() {
		return s
	}
	part := *s
	part.Labels, part.Pix = s.Labels[:n], s.Pix[:n*s.Size()]
	return &part
}

// SHA256 returns the SHA-256, in hexadecimal digits, of Pix and after it of the labels, each as a little-endian uint64: that
// of the images as they were read, in whatever files they lay.
func (s *Set) SHA256() string {
	h := sha256.New()
	h.Write(s.Pix)
	labels := make([]byte, 0, 8*len(s.Labels))
	for _, l := range s.Labels {
		labels = binary.LittleEndian.AppendUint64(labels, uint64(l))
	}
	h.Write(labels)
	return hex.EncodeToString(h.Sum(nil))
}
