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
	// ErrTooLarge matches the error for an image with more pixels, or more bytes, than allowed.
	ErrTooLarge = errors.New("the image is too large")
	// ErrFormat matches the error for what is not an image in one of the formats that are read.
	ErrFormat = errors.New("not a PNG, JPEG, GIF, WebP, BMP or TIFF image")
)

// DefaultMaxPixels is enough for the images of today's cameras, and takes at most 300 MB.
const DefaultMaxPixels = 25_000_000

// Decode reads a PNG, JPEG, GIF, WebP, BMP or TIFF image of at most maxPixels pixels; 0 or less means DefaultMaxPixels.
// The format is known by its first bytes. Errors match ErrTooLarge, ErrFormat, the decoder's error or that of r.
func Decode(r io.Reader, maxPixels int) (m *Image, err error) {
	if maxPixels <= 0 {
		maxPixels = DefaultMaxPixels
	}
	// No image within the limit needs more bytes than 16-bit RGBA without compression, and room for metadata.
	source := &limited{r: r, left: 8*int64(maxPixels) + 1<<24}
	format := "an image"
	defer func() {
		// The decoders are not ours: a bug in one must not stop the program on hostile input.
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
	decoded, _, err := image.Decode(io.MultiReader(&head, source))
	if err != nil {
		return nil, fmt.Errorf("img: decode %s: %w", format, err)
	}
	if box := decoded.Bounds(); box.Empty() || int64(box.Dx())*int64(box.Dy()) > int64(maxPixels) {
		return nil, fmt.Errorf("img: decode %s: the image is %d×%d, its header says %d×%d",
			format, box.Dx(), box.Dy(), config.Width, config.Height)
	}
	return FromImage(decoded).turned(turn), nil
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
