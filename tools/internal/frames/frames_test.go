package frames

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"steady/core/stage/footage"
)

// Known colors of BT.601 in studio range: black, white, and the three primaries.
func TestYUYV(t *testing.T) {
	for _, c := range []struct {
		y, u, v byte
		want    [3]int
	}{
		{16, 128, 128, [3]int{0, 0, 0}},
		{235, 128, 128, [3]int{255, 255, 255}},
		{82, 90, 240, [3]int{255, 1, 0}},
		{145, 54, 34, [3]int{0, 255, 1}},
		{41, 240, 110, [3]int{0, 0, 255}},
		{126, 128, 128, [3]int{128, 128, 128}},
	} {
		pix, side, err := fromYUYV(nil, []byte{c.y, c.u, c.y, c.v, c.y, c.u, c.y, c.v}, 2, 2)
		if err != nil || side != 2 {
			t.Fatal(side, err)
		}
		for i, want := range c.want {
			if d := int(pix[i]) - want; d < -2 || d > 2 {
				t.Errorf("Y %d, U %d, V %d: %v, want %v", c.y, c.u, c.v, pix[:3], c.want)
			}
		}
		if pix[3] != 255 || !slices.Equal(pix[:4], pix[12:16]) {
			t.Errorf("%v", pix)
		}
	}
}

// The middle of a wide frame and of a high one, from the right pair of pixels.
func TestYUYVMiddle(t *testing.T) {
	for _, size := range []image.Point{{8, 4}, {6, 2}, {2, 6}, {10, 4}} {
		src := make([]byte, 2*size.X*size.Y)
		for i := range size.X * size.Y {
			src[2*i], src[2*i+1] = byte(16+i), 128
		}
		pix, side, err := fromYUYV(nil, src, size.X, size.Y)
		if err != nil || side != min(size.X, size.Y) {
			t.Fatal(side, err)
		}
		_, left, top := middle(size.X, size.Y)
		for y := range side {
			for x := range side {
				want := clip(298 * ((y+top)*size.X + x + left))
				if got := pix[4*(y*side+x)]; got != want {
					t.Errorf("%v: pixel %d,%d is %d, want %d", size, x, y, got, want)
				}
			}
		}
	}
	for _, bad := range []struct{ bytes, w, h int }{{7, 2, 2}, {100, 3, 2}, {0, 0, 0}, {8, -2, -2}, {10, 2, 2}} {
		if _, _, err := fromYUYV(nil, make([]byte, bad.bytes), bad.w, bad.h); err == nil {
			t.Errorf("%+v: no error", bad)
		}
	}
}

// A camera's JPEG has no Huffman tables, and is read as the one with them.
func TestJPEG(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 24, 16))
	for y := range 16 {
		for x := range 24 {
			m.SetRGBA(x, y, color.RGBA{byte(10 * x), byte(15 * y), 128, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	at, end := segment(whole, 0xc4)
	if at < 0 {
		t.Fatal("no tables")
	}
	bare := append(slices.Clone(whole[:at]), whole[end:]...)
	if _, err := jpeg.Decode(bytes.NewReader(bare)); err == nil {
		t.Fatal("the test leaves the tables in")
	}
	want, side, err := fromJPEG(nil, whole)
	if err != nil || side != 16 {
		t.Fatal(side, err)
	}
	got, _, err := fromJPEG(nil, bare)
	if err != nil || !bytes.Equal(got, want) {
		t.Fatal("without tables it differs", err)
	}
	if d := int(want[0]) - 40; d < -12 || d > 12 { // x from 4 on
		t.Errorf("the first pixel is %v, want about 40,0,128", want[:4])
	}
	huge := slices.Clone(bare)
	frame, _ := segment(huge, 0xc0)
	copy(huge[frame+5:], []byte{255, 255, 255, 255})
	if _, _, err := fromJPEG(nil, huge); err == nil || !strings.Contains(err.Error(), "65535×65535") {
		t.Errorf("a frame that would take gigabytes: %v", err)
	}
	for i := range bare { // damaged anywhere: an error or an image, never a panic
		broken := slices.Clone(bare)
		broken[i] ^= 0xff
		fromJPEG(nil, broken)
		fromJPEG(nil, bare[:i])
	}
}

func TestPattern(t *testing.T) {
	s, err := Open("pattern")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f, err := s.Read(t.Context())
	if err != nil || f.Side != footage.Side || !bytes.Equal(f.Pix, footage.Pattern(nil, 0)) {
		t.Error("the first frame is another", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Read(ended); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestStills(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, v byte) string {
		m := image.NewGray(image.Rect(0, 0, 300, 260))
		for i := range m.Pix {
			m.Pix[i] = v
		}
		path := filepath.Join(dir, name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := png.Encode(f, m); err != nil {
			t.Fatal(err)
		}
		return path
	}
	first := write("a.png", 100)
	write("b.PNG", 200)
	os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("no image"), 0o666)
	s, err := Open(first)
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Read(t.Context())
	if err != nil || f.Side != footage.Side || len(f.Pix) != 4*f.Side*f.Side || f.Pix[0] != 100 || f.Pix[3] != 255 || s.Name() != "a.png" {
		t.Errorf("%v, %d, %s, %v", f.Pix[:4], f.Side, s.Name(), err)
	}
	if s, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	st := s.(*stills)
	if len(st.files) != 2 {
		t.Errorf("files: %v", st.files)
	}
	st.frame = each
	if f, err = s.Read(t.Context()); err != nil || f.Pix[0] != 200 {
		t.Errorf("the second image: %v, %v", f.Pix[:4], err)
	}
	for _, name := range []string{"0.png", "c.jpg"} { // damaged: left out, at the beginning and later
		os.WriteFile(filepath.Join(dir, name), []byte("damaged"), 0o666)
	}
	if s, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	st = s.(*stills)
	for _, want := range []byte{100, 200, 100} {
		if f, err = s.Read(t.Context()); err != nil || f.Pix[0] != want {
			t.Fatalf("with damaged images in the folder: %v, %v, want %d", f.Pix, err, want)
		}
		st.frame = each
	}
}

func TestFirstCamera(t *testing.T) {
	for want, files := range map[string][]string{
		"/dev/video2": {"/dev/video10", "/dev/video2", "/dev/video9"},
		"/dev/video0": nil,
	} {
		if got := first(files); got != want {
			t.Errorf("of %v: %s, want %s", files, got, want)
		}
	}
}

func TestTurns(t *testing.T) {
	for named, want := range map[string]int{"": 2, "camera": 2, "pattern": 2, "cat.jpg": 3, firstCamera(): 2, "/dev/video987": 3} {
		list := Turns(named)
		if len(list) != want || named != "" && !slices.Contains(list, named) {
			t.Errorf("with %q named: %v", named, list)
		}
	}
}

func TestSentences(t *testing.T) {
	empty := t.TempDir()
	for name, want := range map[string]string{
		"no/such/file": "no file or folder no/such/file", empty: "has no images", "frames_test.go": "not a PNG, JPEG",
		"/dev/video987": "no camera here (no /dev/video987)",
	} {
		if runtime.GOOS != "linux" && strings.HasPrefix(name, "/dev") {
			continue
		}
		_, err := Open(name)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasSuffix(err.Error(), ".") {
			t.Errorf("%s: %v, want a sentence with %q", name, err, want)
		}
	}
	if runtime.GOOS == "linux" {
		for err, want := range map[error]string{syscall.EACCES: "group video", syscall.EBUSY: "Another program", syscall.ENODEV: "is gone",
			syscall.EIO: "cannot be used"} {
			if got := cameraError("/dev/video0", err).Error(); !strings.Contains(got, want) {
				t.Errorf("%v: %s", err, got)
			}
		}
	}
	s, why := Default()
	defer s.Close()
	if why != "" && (s.Name() != "test pattern" || !strings.Contains(why, "This is the test pattern.")) {
		t.Errorf("%s: %s", s.Name(), why)
	}
}

func TestWaiter(t *testing.T) {
	var w waiter
	began := time.Now()
	for range 4 {
		if err := w.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if d := time.Since(began); d < 3*footage.Interval-2*time.Millisecond {
		t.Errorf("four frames in %v", d)
	}
}
