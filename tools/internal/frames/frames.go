package frames

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"steady/core/stage/footage"
	"steady/tools/internal/picture"
)

// Frame is RGBA bytes of Side×Side pixels, valid until the next Read. Frames of images and of the pattern have footage.Side, a
// camera's are as it sends them.
type Frame struct {
	Pix  []byte
	Side int
}

// Source is where frames come from.
type Source interface {
	// Name returns what people call it.
	Name() string
	// Read waits for the next frame. After an error there are no more.
	Read(ctx context.Context) (Frame, error)
	Close()
}

// Open opens a source: "camera", a camera's device file, "pattern", an image file, or a folder of image files.
func Open(name string) (Source, error) {
	switch {
	case name == "pattern":
		return &pattern{}, nil
	case name == "camera":
		return openCamera(firstCamera())
	case strings.HasPrefix(name, "/dev/video"):
		return openCamera(name)
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("There is no file or folder %s: want camera, pattern, an image or a folder of images.", name)
	case err != nil:
		return nil, fmt.Errorf("%s cannot be read: %v.", name, err)
	case !info.IsDir() && !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no image (%s): want camera, pattern, an image or a folder of images.", name, kind(info.Mode()))
	case !info.IsDir():
		return openStills(filepath.Base(name), []string{name})
	}
	return openFolder(name)
}

// Default opens the camera, or the pattern where there is none; then the sentence says why.
func Default() (s Source, why string) {
	if s, err := Open("camera"); err == nil {
		return s, ""
	} else {
		return &pattern{}, err.Error() + " This is the test pattern."
	}
}

// firstCamera returns the device file of the first camera.
func firstCamera() string {
	files, _ := filepath.Glob("/dev/video*")
	return first(files)
}

// Turns returns the sources to go through, of which a user has named one or none: each once.
func Turns(named string) []string {
	if named == "" || named == "pattern" || named == "camera" {
		return []string{"camera", "pattern"}
	}
	if named == firstCamera() { // "camera" is the same
		return []string{named, "pattern"}
	}
	return []string{"camera", named, "pattern"}
}

// first returns the device file with the lowest number: video2 before video10.
func first(files []string) string {
	slices.SortFunc(files, func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) })
	if len(files) == 0 {
		return "/dev/video0"
	}
	return files[0]
}

// cameraError returns the sentence for a camera that cannot be used.
func cameraError(path string, err error) error {
	switch {
	case runtime.GOOS != "linux":
		return errors.New("A window has a camera on Linux only: the page has one everywhere.")
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("There is no camera here (no %s).", path)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("This user may not use the camera %s: add it to the group video, and log in again.", path)
	case isBusy(err):
		return fmt.Errorf("Another program is using the camera %s: close it, and press S.", path)
	case isGone(err):
		return fmt.Errorf("The camera %s is gone: plug it in again, and press S.", path)
	}
	return fmt.Errorf("The camera %s cannot be used: %v.", path, err)
}

// extensions are those of the files that a folder's images are looked for among.
var extensions = []string{".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".pgm"}

func openFolder(name string) (Source, error) {
	entries, err := os.ReadDir(name)
	if err != nil {
		return nil, fmt.Errorf("The folder %s cannot be read: %v.", name, err)
	}
	var files []string
	for _, e := range entries {
		if !slices.Contains(extensions, strings.ToLower(filepath.Ext(e.Name()))) {
			continue
		}
		path := filepath.Join(name, e.Name())
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() { // reading a pipe would wait for its writer
			files = append(files, path)
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("The folder %s has no images: want files that end in %s.", name, strings.Join(extensions, ", "))
	}
	return openStills(filepath.Base(name), files)
}

// kind returns what a file is that is neither regular nor a folder.
func kind(mode os.FileMode) string {
	switch {
	case mode&os.ModeNamedPipe != 0:
		return "a pipe"
	case mode&os.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}

// each is for how many frames an image of a folder stays: six seconds.
const each = 180

// stills are images, looked at by a camera that is held by hand: the part that is seen moves a little.
type stills struct {
	name   string
	files  []string
	at     int // the file that is shown
	image  *footage.Still
	frame  int // of the image
	waiter waiter
}

func openStills(name string, files []string) (Source, error) {
	s := &stills{name: name, files: files}
	if err := s.next(0); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *stills) Name() string { return s.name }
func (s *stills) Close()       {}

// next shows a file or, if it cannot be read, the next one that can.
func (s *stills) next(at int) (err error) {
	for i := range s.files {
		s.at = (at + i) % len(s.files)
		failed := s.load()
		if failed == nil {
			return nil
		}
		err = cmp.Or(err, failed)
	}
	return err
}

func (s *stills) load() error {
	m, err := picture.Read(s.files[s.at], 0, func(string, ...any) {})
	if err != nil {
		return fmt.Errorf("%v.", err)
	}
	s.image, s.frame = footage.NewStill(m), 0
	return nil
}

func (s *stills) Read(ctx context.Context) (Frame, error) {
	if err := s.waiter.wait(ctx); err != nil {
		return Frame{}, err
	}
	if len(s.files) > 1 && s.frame >= each {
		if err := s.next(s.at + 1); err != nil {
			return Frame{}, err
		}
	}
	pix := s.image.Frame(s.frame)
	s.frame++
	return Frame{pix, footage.Side}, nil
}

// waiter paces a source.
type waiter struct{ next time.Time }

func (w *waiter) wait(ctx context.Context) error {
	now := time.Now()
	if w.next.Before(now.Add(-footage.Interval)) { // the first, or late: no rush to catch up
		w.next = now
	}
	select {
	case <-ctx.Done():
	case <-time.After(w.next.Sub(now)):
	}
	w.next = w.next.Add(footage.Interval)
	return ctx.Err() // both may have come
}
