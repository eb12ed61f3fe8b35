package eval_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io/fs"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"steady/core/corrupt"
	"steady/core/dataset"
	"steady/core/eval"
	"steady/core/img"
	"steady/core/nn"
)

// set returns a set of n images of two classes, whose bytes follow a formula.
func set(n, c, h, w int) *dataset.Set {
	s := &dataset.Set{Name: "test", Classes: []string{"a", "b"}, C: c, H: h, W: w, Labels: make([]int, n), Pix: make([]uint8, n*c*h*w)}
	for i := range s.Pix {
		s.Pix[i] = uint8(i * i % 251)
	}
	for i := range s.Labels {
		s.Labels[i] = i % 2
	}
	return s
}

func source(t *testing.T, images *dataset.Images, shape nn.Shape, o eval.Options) *eval.Source {
	t.Helper()
	s, err := eval.NewSource(images, shape, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func fill(t *testing.T, s *eval.Source, first, n int) []float32 {
	t.Helper()
	x := make([]float32, n*s.Shape().Size())
	if err := s.Fill(t.Context(), x, first, n); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestFill(t *testing.T) {
	for _, c := range []int{1, 3} {
		data := set(7, c, 5, 4)
		s := source(t, data.Images(), nn.Shape{c, 5, 4}, eval.Options{})
		x := fill(t, s, 2, 4)
		for i, v := range x {
			want := float32(data.Pix[2*data.Size()+i]) / 255
			if c == 1 {
				want = img.Luma(want, want, want)
			}
			if v != want {
				t.Fatalf("%d channels: value %d is %v, want %v", c, i, v, want)
			}
		}
	}
}

func TestFillChannels(t *testing.T) {
	gray, color := set(2, 1, 3, 3), set(2, 3, 3, 3)
	x := fill(t, source(t, gray.Images(), nn.Shape{3, 3, 3}, eval.Options{}), 0, 1)
	for i := range 9 {
		if v := img.Unit(gray.Pix[i]); x[i] != v || x[9+i] != v || x[18+i] != v {
			t.Fatalf("a gray image for three channels: %v", x)
		}
	}
	y := fill(t, source(t, color.Images(), nn.Shape{1, 3, 3}, eval.Options{}), 0, 1)
	for i := range 9 {
		if want := img.Luma(img.Unit(color.Pix[i]), img.Unit(color.Pix[9+i]), img.Unit(color.Pix[18+i])); y[i] != want {
			t.Fatalf("a color image for one channel: %v at %d, want %v", y[i], i, want)
		}
	}
}

// A corrupted image depends on its place in the set, and on nothing around it; its bytes are those of corrupt-set.
func TestFillCorrupted(t *testing.T) {
	noise, err := corrupt.Lookup("gaussian_noise")
	if err != nil {
		t.Fatal(err)
	}
	o := eval.Options{Corruption: noise, Corrupt: corrupt.Options{Severity: 3, Seed: 5}}
	s := source(t, set(6, 3, 32, 32).Images(), nn.Shape{3, 32, 32}, o)
	all, third := fill(t, s, 0, 6), fill(t, s, 3, 1)
	size := s.Shape().Size()
	pix := make([]uint8, 6*size)
	if err := s.Bytes(t.Context(), pix, 0, 6); err != nil {
		t.Fatal(err)
	}
	for i, v := range third {
		if all[3*size+i] != v {
			t.Fatal("image 3 alone is another than image 3 among six")
		}
		c, p := i/(32*32), i%(32*32)
		if v != img.Unit(pix[3*size+3*p+c]) {
			t.Fatalf("value %d is %v, the byte written is %d", i, v, pix[3*size+3*p+c])
		}
	}
	if clean := fill(t, source(t, set(6, 3, 32, 32).Images(), nn.Shape{3, 32, 32}, eval.Options{}), 3, 1); clean[7] == third[7] {
		t.Error("the corruption changed nothing")
	}
}

// photo returns a JPEG or PNG of a size with colors that follow a formula.
func photo(t *testing.T, w, h int, asPNG bool) *fstest.MapFile {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, color.NRGBA{uint8(x * 3), uint8(y * 5), uint8(x + y), 255})
		}
	}
	var b bytes.Buffer
	var err error
	if asPNG {
		err = png.Encode(&b, m)
	} else {
		err = jpeg.Encode(&b, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: b.Bytes()}
}

func folder(t *testing.T) *dataset.Images {
	t.Helper()
	images, err := dataset.Open(fstest.MapFS{
		"cat/a.png": photo(t, 40, 30, true), "cat/b.jpg": photo(t, 64, 90, false), "dog/c.png": photo(t, 24, 24, true),
	}, ".", dataset.Test, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return images
}

// What just covers a size is as small as it can be.
func TestCover(t *testing.T) {
	images := folder(t)
	for _, size := range [][2]int{{24, 24}, {20, 36}, {36, 20}, {7, 50}, {50, 7}, {100, 99}, {1, 1}} {
		h, w := size[0], size[1]
		s := source(t, images, nn.Shape{3, h, w}, eval.Options{Cover: true})
		for i := range 3 {
			m, err := images.Read(i, nil)
			if err != nil {
				t.Fatal(err)
			}
			short := 1
			want, err := m.ResizeCrop(short, w, h)
			for ; err != nil; short++ {
				want, err = m.ResizeCrop(short+1, w, h)
			}
			if got, err := s.Image(i, nil); err != nil || !slices.Equal(got.Pix, want.Pix) {
				t.Errorf("image %d at %d×%d: not that with a shorter side of %d (%v)", i, w, h, short, err)
			}
		}
	}
	if _, err := eval.NewSource(images, nn.Shape{3, 8, 8}, eval.Options{Cover: true, Resize: 9}); err == nil {
		t.Error("both Cover and Resize: no error")
	}
}

func TestSizes(t *testing.T) {
	images := folder(t)
	shape := nn.Shape{3, 24, 24}
	s := source(t, images, shape, eval.Options{Resize: 28})
	x := fill(t, s, 0, 3)
	for i := range 3 {
		m, err := images.Read(i, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, err := m.ResizeCrop(28, 24, 24)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range want.Pix {
			if x[i*shape.Size()+k] != v {
				t.Fatalf("image %d: value %d is %v, want %v", i, k, x[i*shape.Size()+k], v)
			}
		}
	}
	s = source(t, images, shape, eval.Options{})
	if err := s.Fill(t.Context(), x, 0, 3); !errors.Is(err, eval.ErrSize) {
		t.Errorf("images of other sizes: %v, want ErrSize", err)
	}
	if err := source(t, images, nn.Shape{3, 26, 26}, eval.Options{Crop: true}).Fill(t.Context(), make([]float32, 3*3*26*26), 0, 3); !errors.Is(err, eval.ErrSize) {
		t.Errorf("a crop larger than an image: %v, want ErrSize", err)
	}
	if _, err := eval.NewSource(images, shape, eval.Options{Resize: 23}); err == nil {
		t.Error("a shorter side below the crop: no error")
	}
	if _, err := eval.NewSource(set(1, 3, 8, 8).Images(), shape, eval.Options{}); !errors.Is(err, eval.ErrSize) {
		t.Errorf("a set of another size: %v, want ErrSize", err)
	}
	if _, err := eval.NewSource(images, nn.Shape{10}, eval.Options{}); err == nil {
		t.Error("a network without an image: no error")
	}
}

func TestBatches(t *testing.T) {
	data := set(10, 1, 2, 2)
	s := source(t, data.Images(), nn.Shape{1, 2, 2}, eval.Options{})
	want := fill(t, s, 0, 10)
	for _, n := range []int{1, 3, 5, 10, 99} {
		seen := 0
		for b, err := range s.Batches(t.Context(), n) {
			if err != nil || b.First != seen {
				t.Fatalf("batches of %d: %v, first %d, want %d", n, err, b.First, seen)
			}
			for i, v := range b.X {
				if v != want[4*seen+i] {
					t.Fatalf("batches of %d: value %d of image %d is %v, want %v", n, i%4, seen+i/4, v, want[4*seen+i])
				}
			}
			if len(b.X) != 4*len(b.Labels) || b.Labels[0] != data.Labels[seen] {
				t.Fatalf("batches of %d: %d values, labels %v", n, len(b.X), b.Labels)
			}
			seen += len(b.Labels)
		}
		if seen != 10 {
			t.Errorf("batches of %d: %d images", n, seen)
		}
	}
	for range s.Batches(t.Context(), 2) {
		break // must not leave anything running: the race detector and the next Fill would tell
	}
	fill(t, s, 0, 10)
}

func TestBatchesBroken(t *testing.T) {
	images, err := dataset.Open(fstest.MapFS{
		"cat/a.png": photo(t, 8, 8, true), "cat/b.png": photo(t, 8, 8, true),
		"cat/c.png": {Data: []byte("\x89PNG\r\n\x1a\n")}, "cat/d.png": photo(t, 8, 8, true),
	}, ".", dataset.Test, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := source(t, images, nn.Shape{3, 8, 8}, eval.Options{})
	seen := 0
	var last error
	for b, err := range s.Batches(t.Context(), 1) {
		if last = err; err == nil {
			seen += len(b.Labels)
		}
	}
	if seen != 2 || !errors.Is(last, dataset.ErrFormat) {
		t.Errorf("%d images before %v, want 2 before a broken file", seen, last)
	}
}

func TestBatchesCanceled(t *testing.T) {
	s := source(t, set(64, 1, 2, 2).Images(), nn.Shape{1, 2, 2}, eval.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	seen := 0
	for b, err := range s.Batches(ctx, 1) {
		if last = err; err == nil {
			seen += len(b.Labels)
		}
		if seen == 3 {
			cancel()
			time.Sleep(time.Millisecond)
		}
	}
	if seen < 3 || seen > 4 || !errors.Is(last, context.Canceled) {
		t.Errorf("%d images, then %v, want 3 or the one in preparation, then %v", seen, last, context.Canceled)
	}
}

func TestLabels(t *testing.T) {
	s := source(t, set(4, 1, 2, 2).Images(), nn.Shape{1, 2, 2}, eval.Options{})
	if err := s.CheckLabels(2); err != nil {
		t.Error(err)
	}
	if err := s.CheckLabels(1); err == nil {
		t.Error("two classes for a network of one: no error")
	}
}

// Images are compressed after the corruption, as the files of ImageNet-C are.
func TestFillJPEG(t *testing.T) {
	data := set(3, 3, 16, 16).Images()
	clean := source(t, data, nn.Shape{3, 16, 16}, eval.Options{})
	fog, err := corrupt.Lookup("fog")
	if err != nil {
		t.Fatal(err)
	}
	o := corrupt.Options{Severity: 3, Seed: 4}
	s, err := clean.With(fog, o, 85)
	if err != nil {
		t.Fatal(err)
	}
	x := fill(t, s, 1, 2)
	for i := range 2 {
		m, err := data.Read(1+i, nil)
		if err != nil {
			t.Fatal(err)
		}
		o.Index = uint64(1 + i)
		if err := fog.ApplyBytes(m, o); err != nil {
			t.Fatal(err)
		}
		corrupt.CompressJPEG(m, 85)
		if !slices.Equal(x[i*len(m.Pix):][:len(m.Pix)], m.Pix) {
			t.Errorf("image %d is not the corrupted one compressed", 1+i)
		}
	}
	if x := fill(t, clean, 0, 1); slices.Equal(x, fill(t, s, 0, 1)) {
		t.Error("With has changed the clean source, or does nothing")
	}
	if _, err := clean.With(fog, o, 101); err == nil {
		t.Error("quality 101: no error")
	}
}

// counting counts how often files are opened.
type counting struct {
	fstest.MapFS
	opened atomic.Int64
}

func (c *counting) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, ".png") {
		c.opened.Add(1)
	}
	return c.MapFS.Open(name)
}

// Images that are kept are read once, whatever is made of them, and are the same; no more are kept than asked for.
func TestKeep(t *testing.T) {
	const n = 6
	fsys := &counting{MapFS: fstest.MapFS{}}
	for i := range n {
		var b bytes.Buffer
		var m image.Image
		if deep := image.NewNRGBA64(image.Rect(0, 0, 9, 7)); i == 5 { // has values between bytes
			for j := range deep.Pix {
				deep.Pix[j] = uint8(j * j)
			}
			m = deep
		} else {
			plain := image.NewNRGBA(image.Rect(0, 0, 9, 7))
			for j := range plain.Pix {
				plain.Pix[j] = uint8(j*j*(i+3)) | uint8(j%4/3*255)
			}
			m = plain
		}
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		fsys.MapFS[fmt.Sprintf("x/a/%d.png", i)] = &fstest.MapFile{Data: b.Bytes()}
	}
	images, err := dataset.Open(fsys, "x", dataset.Test, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	noise, err := corrupt.Lookup("gaussian_noise")
	if err != nil {
		t.Fatal(err)
	}
	o := eval.Options{Crop: true}
	clean := source(t, images, nn.Shape{3, 6, 5}, o)
	noisy := func(of *eval.Source) *eval.Source {
		s, err := of.With(noise, corrupt.Options{Severity: 3}, 0)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	want, wantNoisy := fill(t, clean, 0, n), fill(t, noisy(clean), 0, n)
	clean.Keep(n)
	fsys.opened.Store(0)
	for range 3 {
		if !slices.Equal(fill(t, clean, 0, n), want) || !slices.Equal(fill(t, noisy(clean), 0, n), wantNoisy) {
			t.Error("images that are kept are others")
		}
	}
	if got := fsys.opened.Load(); got < n || got > n+5 { // at most, the last is read every time
		t.Errorf("%d files were read of %d", got, n)
	}
	// Of two, the fifth takes the place of the first and third.
	clean.Keep(2)
	fsys.opened.Store(0)
	fill(t, clean, 0, 2)
	fill(t, clean, 0, 2)
	fill(t, clean, 4, 1)
	fill(t, clean, 1, 1)
	fill(t, clean, 0, 1)
	if got := fsys.opened.Load(); got != 4 || !slices.Equal(fill(t, clean, 0, n), want) {
		t.Errorf("%d files were read, want 4", got)
	}
	if part := clean.Select([]int{3, 1}); !slices.Equal(fill(t, part, 0, 1), want[3*len(want)/n:][:len(want)/n]) {
		t.Error("a part has the images that the whole keeps")
	}
	clean.Keep(0)
	fsys.opened.Store(0)
	if fill(t, clean, 0, 2); fsys.opened.Load() != 2 {
		t.Error("images are kept")
	}
}
