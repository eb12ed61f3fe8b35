package img

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"io"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"
)

var (
	// ErrTooLarge is for pictures with more pixels, or more bytes, than allowed.
	ErrTooLarge = errors.New("the picture is too large")
	// ErrFormat is for what is not a picture in one of the formats that are read.
	ErrFormat = errors.New("not a PNG, JPEG, GIF, WebP, BMP or TIFF picture")
)

// DefaultMaxPixels is a limit that the pictures of today's cameras keep, and that asks for 300 MB at most.
const DefaultMaxPixels = 25_000_000

// Decode reads a picture of at most maxPixels pixels; 0 or less means DefaultMaxPixels. The format is known by its
// first bytes. Errors wrap ErrTooLarge, ErrFormat, the decoder's error or that of r.
func Decode(r io.Reader, maxPixels int) (m *Image, err error) {
	if maxPixels <= 0 {
		maxPixels = DefaultMaxPixels
	}
	// No picture within the limit needs more bytes than 16-bit RGBA without compression, and room for metadata.
	source := &limited{r: r, left: 8*int64(maxPixels) + 1<<24}
	format := "a picture"
	defer func() {
		// The decoders are other people's; on hostile input a mistake in one must not stop the program.
		if p := recover(); p != nil {
			m, err = nil, fmt.Errorf("img: decode %s: damaged: %v", format, p)
		}
		if err != nil && source.err != nil {
			err = fmt.Errorf("img: decode %s: %w", format, source.err)
		}
	}()

	var head bytes.Buffer
	config, name, err := image.DecodeConfig(io.TeeReader(source, &head))
	switch {
	case errors.Is(err, image.ErrFormat):
		return nil, fmt.Errorf("img: decode: %w", ErrFormat)
	case err != nil:
		return nil, fmt.Errorf("img: decode: header: %w", err)
	}
	format = name
	if config.Width <= 0 || config.Height <= 0 {
		return nil, fmt.Errorf("img: decode %s: the header says %d×%d: both sides must be positive",
			format, config.Width, config.Height)
	}
	if int64(config.Width)*int64(config.Height) > int64(maxPixels) {
		return nil, fmt.Errorf("img: decode %s: %d×%d pixels, at most %d are allowed: %w",
			format, config.Width, config.Height, maxPixels, ErrTooLarge)
	}
	turn := upright
	if format == "jpeg" {
		turn = exifOrientation(head.Bytes()) // before Decode takes the bytes
	}
	picture, _, err := image.Decode(io.MultiReader(&head, source))
	if err != nil {
		return nil, fmt.Errorf("img: decode %s: %w", format, err)
	}
	if box := picture.Bounds(); box.Empty() || int64(box.Dx())*int64(box.Dy()) > int64(maxPixels) {
		return nil, fmt.Errorf("img: decode %s: the picture is %d×%d, its header says %d×%d",
			format, box.Dx(), box.Dy(), config.Width, config.Height)
	}
	return FromImage(picture).turned(turn), nil
}

// limited reads up to a number of bytes, and remembers what went wrong other than the end: decoders lose that.
type limited struct {
	r    io.Reader
	left int64
	err  error
}

func (l *limited) Read(p []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left+1)])
	if l.left -= int64(n); l.left < 0 {
		l.err = fmt.Errorf("the file is too long for the pixels allowed: %w", ErrTooLarge)
		return 0, l.err
	}
	if err != nil && err != io.EOF {
		l.err = err
	}
	return n, err
}
