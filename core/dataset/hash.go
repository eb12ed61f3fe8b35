package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"math"
	"sync"

	"steady/core/img"
	"steady/core/parallel"
)

// Hash returns the SHA-256, in hexadecimal digits, of the images and their labels in their order: of the bytes of image
// files, or of the pixels of images that have no files of their own. It reads all images once. progress, if it is not nil, is
// called with the number of images read, one call at a time.
func (s *Images) Hash(ctx context.Context, progress func(done int)) (string, error) {
	sums := make([][sha256.Size]byte, s.Len())
	scratch := make([]*img.Image, parallel.Workers())
	var lock sync.Mutex
	done := 0
	err := parallel.Try(ctx, s.Len(), func(worker, i int) (err error) {
		if s.open != nil {
			sums[i], err = s.hashFile(i)
		} else if scratch[worker], err = s.Read(i, scratch[worker]); err == nil {
			sums[i] = hashPixels(scratch[worker])
		}
		if err == nil && progress != nil {
			lock.Lock()
			defer lock.Unlock()
			done++
			progress(done)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%d images of %d channels\n", s.Len(), s.C)
	for i, sum := range sums {
		h.Write(sum[:])
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(s.Labels[i])))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Stat describes the file of image i: nil if the image has no file of its own.
func (s *Images) Stat(i int) (fs.FileInfo, error) {
	if s.open == nil {
		return nil, nil
	}
	f, err := s.open(i)
	if err != nil {
		return nil, withFile(err, s.File(i), "")
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, withFile(err, s.File(i), "")
	}
	return info, nil
}

func (s *Images) hashFile(i int) (sum [sha256.Size]byte, err error) {
	f, err := s.open(i)
	if err != nil {
		return sum, withFile(err, s.File(i), "")
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum, &Error{File: s.File(i), Err: err}
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

func hashPixels(m *img.Image) [sha256.Size]byte {
	b := make([]byte, 0, 16+4*len(m.Pix))
	b = binary.LittleEndian.AppendUint64(b, uint64(m.W))
	b = binary.LittleEndian.AppendUint64(b, uint64(m.H))
	for _, v := range m.Pix {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return sha256.Sum256(b)
}

// opener returns what opens the file of each image.
func opener(fsys fs.FS, images []imageFile) func(i int) (fs.File, error) {
	return func(i int) (fs.File, error) { return fsys.Open(images[i].file) }
}
