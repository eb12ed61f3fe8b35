package dataset

import (
	"encoding/binary"
	"io"
)

// The IDX format, of LeCun's pages on the MNIST database: two zeros, the type of the elements, the number of
// dimensions, the dimensions as big-endian uint32, and the elements in row-major order, big-endian.

// idxHeader reads what comes before the elements.
func (a *array) idxHeader() error {
	var b [4]byte
	if _, err := io.ReadFull(a.r, b[:]); err != nil {
		return withFile(packing(err), a.file, "magic number")
	}
	switch b[2] {
	case 0x08:
		a.kind, a.size = 'u', 1
	case 0x09:
		a.kind, a.size = 'i', 1
	case 0x0b:
		a.kind, a.size = 'i', 2
	case 0x0c:
		a.kind, a.size = 'i', 4
	case 0x0d:
		a.kind, a.size = 'f', 4
	case 0x0e:
		a.kind, a.size = 'f', 8
	default:
		return malformed(a.file, "type of its elements", "%#02x is none of IDX", b[2])
	}
	a.order = binary.BigEndian
	if b[3] < 1 || b[3] > 4 {
		return malformed(a.file, "number of dimensions", "%d: labels have 1, images 3", b[3])
	}
	dims := int(b[3])
	a.offset = int64(len(b) * (1 + dims))
	for i := range dims {
		if _, err := io.ReadFull(a.r, b[:]); err != nil {
			return withFile(packing(err), a.file, field("dimension", i))
		}
		a.dims = append(a.dims, int64(binary.BigEndian.Uint32(b[:])))
	}
	return nil
}
