package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/core/img"
	"steady/core/parallel"
)

// setRun is what the bytes of a corrupted set depend on, but for the corruption.
type setRun struct {
	Data       string     `json:"data"`
	Images     int        `json:"images"` // of the data: a file has them at every severity
	Shape      [3]int     `json:"shape"`  // of each, C×H×W
	Pixels     string     `json:"pixels_sha256"`
	Severities []severity `json:"severities"`
	Profile    string     `json:"profile"`
	Seed       uint64     `json:"seed"`
	Overlays   string     `json:"overlays_sha256,omitempty"` // that frost is cut from, if they are a user's
}

func (r setRun) total() int { return r.Images * len(r.Severities) }

func (r setRun) String() string {
	s := fmt.Sprintf("%d images of %s with the sum %.8s…, severity %s, profile %s, seed %d", r.Images, r.Data, r.Pixels,
		strings.Trim(fmt.Sprint(r.Severities), "[]"), r.Profile, r.Seed)
	if r.Overlays != "" {
		s += fmt.Sprintf(", frost of overlays with the sum %.8s…", r.Overlays)
	}
	return s
}

// setWriter corrupts a data set, file by file.
type setWriter struct {
	app     *app
	set     *dataset.Set
	options corrupt.Options // Index and Severity are each image's own
	run     setRun
	header  []byte // of every file
	place   string // of the file among several, for the progress
	scratch []*img.Image
}

func newSetWriter(a *app, set *dataset.Set, severities []severity, o corrupt.Options) (*setWriter, error) {
	sum := sha256.Sum256(set.Pix)
	s := &setWriter{app: a, set: set, options: o, scratch: make([]*img.Image, parallel.Workers()), run: setRun{
		set.Name, set.Len(), [3]int{set.C, set.H, set.W}, hex.EncodeToString(sum[:]), severities,
		o.Profile.For(set.W, set.H).String(), o.Seed, "",
	}}
	s.options.Grey = set.C == 1
	var err error
	s.header, err = dataset.NPYHeader(dataset.Uint8, s.run.total(), set.H, set.W, 3)
	return s, err
}

func (s *setWriter) imageSize() int { return s.set.H * s.set.W * 3 }

// folder writes the files of a folder that are not there yet.
func (s *setWriter) folder(ctx context.Context, list []*corrupt.Corruption, dir string) ([]setFile, error) {
	var names []string
	for _, c := range list {
		names = append(names, c.Name+".npy")
	}
	f, err := openSetFolder(dir, s.run, names)
	if err != nil {
		return nil, err
	}
	var files []setFile
	for i, c := range list {
		name := names[i]
		file := setFile{c.Name, c.Label(), f.path(name), s.run.total()}
		if !f.whole(name, int64(len(s.header)+s.run.total()*s.imageSize())) {
			s.place = fmt.Sprintf(", file %d of %d", i+1, len(list))
			if err := os.MkdirAll(filepath.Dir(file.Out), 0o755); err != nil {
				return nil, err
			}
			file.Before, err = s.file(ctx, c, file.Out, func(sum string) error { return f.list(name, sum) })
			if stop := (stopped{}); i > 0 && errors.Is(err, context.Canceled) && !errors.As(err, &stop) {
				err = stopped{fmt.Sprintf("stopped after %d of %d files; the same command goes on from there", i, len(list))}
			}
			if err != nil {
				return nil, err
			}
		}
		files = append(files, file)
	}
	return files, nil
}

// file writes the images at one severity after the other, slice by slice; each slice is worked on by all cores, and
// every image has random numbers of its own, so that the bytes do not depend on how many cores there are. It goes on
// with what a run before has left and says how many images that were. list, if any, is told the sum of the whole file
// before it gets its name.
func (s *setWriter) file(ctx context.Context, c *corrupt.Corruption, path string, list func(sum string) error) (before int,
	err error) {
	part, err := s.app.openPart(path, c.Name, s.run, s.header, s.imageSize())
	if err != nil {
		return 0, err
	}
	defer func() {
		part.leave()
		if whole := part.note.Whole; err != nil && whole > 0 {
			err = fmt.Errorf("%w; the same command goes on", err)
			if ctx.Err() != nil {
				err = stopped{fmt.Sprintf("stopped after %d of %d images of %s; the same command goes on from there", whole,
					s.run.total(), path)}
			}
		}
	}()
	before = part.note.Whole
	left := s.run.total() - before
	bytes := make([]byte, min(slice, left)*s.imageSize())
	p := s.app.newProgress("images", left)
	defer p.end()
	for done := 0; done < left; {
		n := min(slice, left-done)
		piece := bytes[:n*s.imageSize()]
		if err := s.corrupt(ctx, c, piece, before+done); err != nil {
			return before, err
		}
		if err := part.add(piece, n); err != nil {
			return before, err
		}
		done += n
		p.set(done, c.Name+s.place)
	}
	if list != nil {
		if err := list(part.note.SHA256); err != nil {
			return before, err
		}
	}
	return before, part.finish()
}

// corrupt fills a piece with images, first being the place of the first in the file.
func (s *setWriter) corrupt(ctx context.Context, c *corrupt.Corruption, piece []byte, first int) error {
	size := s.imageSize()
	return parallel.Try(ctx, len(piece)/size, func(worker, i int) error {
		if s.scratch[worker] == nil {
			s.scratch[worker] = img.New(s.set.W, s.set.H)
		}
		m, o := s.scratch[worker], s.options
		image := (first + i) % s.set.Len()
		o.Index, o.Severity = uint64(image), int(s.run.Severities[(first+i)/s.set.Len()])
		expand(m, s.set, image)
		if err := corruptImage(c, m, o); err != nil {
			return fmt.Errorf("image %d: %w", image, err)
		}
		corrupt.PutBytes(piece[i*size:], m)
		return nil
	})
}
