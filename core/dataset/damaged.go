package dataset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"steady/core/img"
	"steady/core/parallel"
	"steady/core/phrase"
)

// Damaged is an image file that was left out, as Options.SkipDamaged asks for.
type Damaged struct {
	File   string
	Reason error
}

// someDamaged returns the first names of a list.
func someDamaged(list []Damaged) string {
	names := make([]string, len(list))
	for i, d := range list {
		names[i] = d.File
	}
	return phrase.First(names, 20)
}

// fileReader reads image files.
type fileReader struct {
	fsys    fs.FS
	options Options
	warned  sync.Map // files that Options.Warn was told of
}

// read reads an image of at most as many pixels as Options.MaxPixels, or img.DefaultMaxPixels if that is less.
func (r *fileReader) read(file string) (*img.Image, error) {
	limit := img.DefaultMaxPixels
	if most := r.options.MaxPixels; most > 0 {
		limit = min(limit, most)
	}
	return r.decode(file, limit)
}

func (r *fileReader) decode(file string, maxPixels int) (*img.Image, error) {
	f, err := r.fsys.Open(file)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer f.Close()
	m, note, err := img.DecodeNote(f, maxPixels)
	switch failed := (*fs.PathError)(nil); {
	case errors.As(err, &failed): // not of the image
	case errors.Is(err, img.ErrTooLarge):
		err = fmt.Errorf("%w: %w", ErrTooLarge, err)
	case err != nil:
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err != nil {
		return nil, &Error{File: file, Err: err}
	}
	if note != "" && r.options.Warn != nil {
		if _, before := r.warned.LoadOrStore(file, true); !before {
			r.options.Warn(file, note)
		}
	}
	return m, nil
}

// sound returns the first images that can be read, as many as Options.Limit says, and those before that cannot.
func (r *fileReader) sound(images []imageFile) (sound []imageFile, damaged []Damaged, err error) {
	const batch = 1024
	for len(images) > 0 && !r.options.reached(len(sound)) {
		n := min(batch, len(images))
		if limit := r.options.Limit; limit > 0 {
			n = min(n, limit-len(sound))
		}
		reasons := make([]error, n)
		err := parallel.Try(context.Background(), n, func(_, i int) error {
			_, err := r.read(images[i].file)
			if errors.Is(err, ErrTooLarge) && r.options.MaxPixels > img.DefaultMaxPixels {
				largeImages.Lock()
				defer largeImages.Unlock()
				_, err = r.decode(images[i].file, r.options.MaxPixels)
			}
			if errors.Is(err, ErrDamaged) {
				reasons[i], err = err, nil
			}
			return err
		})
		if err != nil {
			return nil, nil, err
		}
		for i, reason := range reasons {
			if reason == nil {
				sound = append(sound, images[i])
			} else {
				damaged = append(damaged, Damaged{images[i].file, reason})
			}
		}
		images = images[n:]
	}
	return sound, damaged, nil
}

// largeImages is held by whoever has an image with more than img.DefaultMaxPixels in memory.
var largeImages sync.Mutex
