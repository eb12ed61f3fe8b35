package corruptset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/nn"
	"steady/core/parallel"
	"steady/tools/internal/output"
	"steady/tools/internal/progress"
)

// Run is what the bytes of a corrupted set depend on, except for the corruption.
type Run struct {
	Data       string     `json:"data"`
	Images     int        `json:"images"` // of the data: a file has them at every severity
	Shape      [3]int     `json:"shape"`  // of each, C×H×W
	Pixels     string     `json:"pixels_sha256"`
	Severities []Severity `json:"severities"`
	Profile    string     `json:"profile"`
	Seed       uint64     `json:"seed"`
	Overlays   string     `json:"overlays_sha256,omitempty"` // that frost is cut from, if they are a user's
}

// Total returns the number of images of a file.
func (r Run) Total() int { return r.Images * len(r.Severities) }

func (r Run) String() string {
	s := fmt.Sprintf("%d images of %s with the sum %.8s…, severity %s, profile %s, seed %d", r.Images, r.Data, r.Pixels,
		strings.Trim(fmt.Sprint(r.Severities), "[]"), r.Profile, r.Seed)
	if r.Overlays != "" {
		s += fmt.Sprintf(", frost of overlays with the sum %.8s…", r.Overlays)
	}
	return s
}

// File is one file of a corrupted set.
type File struct {
	Corruption string `json:"corruption"`
	Label      string `json:"label"`
	Out        string `json:"out"`
	Before     int    `json:"resumed_after"` // images that were there already
}

// Writer corrupts a data set, file by file.
type Writer struct {
	Run     Run
	images  *dataset.Images
	shape   nn.Shape
	options eval.Options // Corruption, and of Corrupt Index and Severity, are each image's own
	header  []byte       // of every file
	place   string       // of the file among several, for the progress
	waiting bool         // for another process, and it was said
	log     io.Writer
}

const (
	maxSlice   = 256      // images that are worked on together
	sliceBytes = 48 << 20 // of their pixels, at most, unless there are many cores
)

// slice returns how many images are worked on together: fewer than maxSlice if they are large.
func (s *Writer) slice() int {
	return min(max(sliceBytes/s.imageSize(), parallel.Workers()), maxSlice)
}

// NewWriter returns a writer of images, at a size of w×h, at severities. overlays is the sum of the user's images that
// frost is cut from, or empty. The writer reports what it finds and its progress to log.
func NewWriter(ctx context.Context, images *dataset.Images, w, h int, o eval.Options, severities []Severity, overlays string,
	log io.Writer) (*Writer, error) {
	s := &Writer{images: images, shape: nn.Shape{3, h, w}, options: o, log: log}
	clean, err := s.source(nil, 0)
	if err != nil {
		return nil, err
	}
	sum, err := s.sum(ctx, clean)
	if err != nil {
		return nil, err
	}
	s.Run = Run{images.Name, images.Len(), [3]int{images.C, h, w}, sum, severities, o.Corrupt.Profile.For(w, h).String(),
		o.Corrupt.Seed, overlays}
	s.header, err = dataset.NPYHeader(dataset.Uint8, s.Run.Total(), h, w, 3)
	return s, err
}

// source returns the images under a corruption, or the images themselves.
func (s *Writer) source(c *corrupt.Corruption, severity Severity) (*eval.Source, error) {
	o := s.options
	o.Corruption, o.Corrupt.Severity = c, int(severity)
	return eval.NewSource(s.images, s.shape, o)
}

// sum returns the SHA-256 of the images' bytes, N×C×H×W.
func (s *Writer) sum(ctx context.Context, clean *eval.Source) (string, error) {
	sum := sha256.New()
	size := s.imageSize()
	channels := size / 3 * s.images.C // of an image's planes, those that differ
	plane := make([]byte, channels)
	p := progress.New(s.log, "images", s.images.Len())
	defer p.End()
	for b, err := range clean.Batches(ctx, max(s.slice()/4, 1)) { // four bytes a value
		if err != nil {
			return "", err
		}
		for x := b.X; len(x) > 0; x = x[size:] {
			for i := range plane {
				plane[i] = uint8(x[i]*255 + 0.5)
			}
			sum.Write(plane)
		}
		p.Set(b.First+len(b.Labels), "reading")
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func (s *Writer) imageSize() int { return s.shape.Size() }

func (s *Writer) say(format string, args ...any) { fmt.Fprintf(s.log, format+"\n", args...) }

// Write writes the files of a list of corruptions, but for those of a folder that are there already, and labels. With force
// it replaces what is of another run.
func (s *Writer) Write(ctx context.Context, list []*corrupt.Corruption, t *Target, force bool) (files []File, err error) {
	if t.Folder {
		files, err = s.folder(ctx, list, t.Out, force)
	} else {
		var before int
		before, err = s.file(ctx, list[0], t.Out, nil)
		files = []File{{list[0].Name, list[0].Label(), t.Out, before}}
	}
	if err != nil || t.Labels == "" {
		return files, err
	}
	return files, output.File(t.Labels, func(w io.Writer) error {
		array, err := dataset.NewNPYWriter(w, dataset.Int64, s.Run.Total())
		if err != nil {
			return err
		}
		if err := array.WriteInt64(slices.Repeat(s.images.Labels, len(s.Run.Severities))); err != nil {
			return err
		}
		return array.Close()
	})
}

// folder writes the files of a folder that are not there yet. What another process is writing comes last: it may be there
// then.
func (s *Writer) folder(ctx context.Context, list []*corrupt.Corruption, dir string, force bool) (files []File, err error) {
	names := fileNames(list)
	f, err := openFolder(dir, s.Run, names, force)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.close(names)
		}
	}()
	var todo []int
	for i, c := range list {
		files = append(files, File{c.Name, c.Label(), f.path(names[i]), s.Run.Total()})
		todo = append(todo, i)
	}
	for done := 0; len(todo) > 0; {
		var locked []int
		var lock error
		for _, i := range todo {
			s.place = fmt.Sprintf(", file %d of %d", done+1, len(list))
			err := s.folderFile(ctx, f, list[i], names[i], &files[i])
			if errors.Is(err, output.ErrLocked) {
				locked, lock = append(locked, i), err
				continue
			}
			if stop := (progress.Stopped{}); done > 0 && errors.Is(err, context.Canceled) && !errors.As(err, &stop) {
				err = progress.Stopped{Text: fmt.Sprintf("stopped after %d of %d files; the same command goes on from there", done,
					len(list))}
			}
			if err != nil {
				return nil, err
			}
			done++
		}
		if len(locked) == len(todo) { // nothing else is left to do
			if !s.waiting {
				s.say("Waiting: %v.", lock)
				s.waiting = true
			}
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(time.Second):
			}
		}
		todo = locked
	}
	return files, nil
}

// folderFile writes a file of a folder, unless it is whole.
func (s *Writer) folderFile(ctx context.Context, f *folder, c *corrupt.Corruption, name string, file *File) error {
	if err := f.refresh(); err != nil {
		return err
	}
	whole, err := f.whole(ctx, name)
	if err != nil {
		return err
	}
	if whole {
		output.RemoveUnlocked(file.Out + partSuffix)
		output.RemoveUnlocked(file.Out + manifestSuffix)
		return nil
	}
	if _, err := os.Stat(file.Out); err == nil && f.about.Files[name] != "" {
		s.say("%s has not the bytes that %s lists: making it again.", file.Out, aboutName)
	}
	if err := os.MkdirAll(filepath.Dir(file.Out), 0o777); err != nil {
		return err
	}
	file.Before, err = s.file(ctx, c, file.Out, func(sum string) error { return f.list(name, sum) })
	return err
}

// file writes the images at one severity after the other, slice by slice; each slice is worked on by all cores, and
// every image has random numbers of its own, so that the bytes do not depend on how many cores there are. It resumes what
// a run before has left and returns how many images that were. list, if not nil, is given the sum of the whole file
// before the file gets its name.
func (s *Writer) file(ctx context.Context, c *corrupt.Corruption, path string, list func(sum string) error) (before int,
	err error) {
	part, err := openPartial(path, c.Name, s.Run, s.header, s.imageSize(), s.say)
	if err != nil {
		return 0, err
	}
	defer func() {
		part.close()
		if whole := part.manifest.Whole; err != nil && whole > 0 {
			err = fmt.Errorf("%w; the same command goes on", err)
			if ctx.Err() != nil {
				err = progress.Stopped{Text: fmt.Sprintf("stopped after %d of %d images of %s; the same command goes on from there",
					whole, s.Run.Total(), path)}
			}
		}
	}()
	before = part.manifest.Whole
	left := s.Run.Total() - before
	slice := s.slice()
	bytes := make([]byte, min(slice, left)*s.imageSize())
	p := progress.New(s.log, "images", left)
	defer p.End()
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
		p.Set(done, c.Name+s.place)
	}
	if list != nil {
		if err := list(part.manifest.SHA256); err != nil {
			return before, err
		}
	}
	return before, part.finish()
}

// corrupt fills a piece with images, first being the place of the first in the file: of those at one severity, and then of
// those at the next.
func (s *Writer) corrupt(ctx context.Context, c *corrupt.Corruption, piece []byte, first int) error {
	for len(piece) > 0 {
		image := first % s.Run.Images
		n := min(len(piece)/s.imageSize(), s.Run.Images-image)
		source, err := s.source(c, s.Run.Severities[first/s.Run.Images])
		if err != nil {
			return err
		}
		if err := source.Bytes(ctx, piece[:n*s.imageSize()], image, n); err != nil {
			return err
		}
		piece, first = piece[n*s.imageSize():], first+n
	}
	return nil
}
