package img

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	_ "image/gif"
	"image/jpeg"
	_ "image/png"
	"io"
	"strings"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp" // for the header
)

var (
	// ErrTooLarge matches the error for an image with more pixels, or more bytes, than allowed.
	ErrTooLarge = errors.New("the image is too large")
	// ErrFormat matches the error for what is not an image in one of the formats that are read.
	ErrFormat = errors.New("not a PNG, JPEG, GIF, WebP, BMP, TIFF, PPM or PGM image")
)

// DefaultMaxPixels is enough for the images of today's cameras, and takes at most 300 MB.
const DefaultMaxPixels = 25_000_000

// Decode reads an image as [DecodeNote] does, without the note.
func Decode(r io.Reader, maxPixels int) (*Image, error) {
	m, _, err := DecodeNote(r, maxPixels)
	return m, err
}

// DecodeNote reads a PNG, JPEG, GIF, WebP, BMP, TIFF, PPM or PGM image of at most maxPixels pixels; 0 or less means
// DefaultMaxPixels. The format is known by its first bytes. Of an animation it is the first frame. The image is turned
// as the orientation in a file's EXIF data asks. A JPEG file that lacks nothing but its end marker is read, and the
// note says so; it is empty for a file that is as it should be. Errors match ErrTooLarge, ErrFormat, the decoder's
// error or that of r.
func DecodeNote(r io.Reader, maxPixels int) (m *Image, note string, err error) {
	if maxPixels <= 0 {
		maxPixels = DefaultMaxPixels
	}
	// No image within the limit needs more bytes than 16-bit RGBA without compression, and room for metadata.
	source := &limited{r: r, left: 8*int64(maxPixels) + 1<<24}
	format := "an image"
	defer func() {
		// The decoders are not ours: a bug in one must not stop the program on hostile input.
		if p := recover(); p != nil {
			m, note, err = nil, "", fmt.Errorf("img: decode %s: damaged: %v", format, p)
		}
		if err != nil && source.err != nil {
			err = fmt.Errorf("img: decode %s: %w", format, source.err)
		}
	}()

	var head bytes.Buffer
	config, name, err := image.DecodeConfig(io.TeeReader(source, &head))
	switch {
	case errors.Is(err, image.ErrFormat):
		io.CopyN(&head, source, sniffed) // enough to know what else it is
		if source.err == nil {
			err = unread(head.Bytes())
		}
		return nil, "", fmt.Errorf("img: decode: %w", err)
	case err != nil:
		return nil, "", fmt.Errorf("img: decode: header: %w", err)
	}
	format = name
	if config.Width <= 0 || config.Height <= 0 {
		return nil, "", fmt.Errorf("img: decode %s: the header says %d×%d: both sides must be positive",
			format, config.Width, config.Height)
	}
	if int64(config.Width)*int64(config.Height) > int64(maxPixels) {
		return nil, "", fmt.Errorf("img: decode %s: %d×%d pixels, at most %d are allowed: %w",
			format, config.Width, config.Height, maxPixels, ErrTooLarge)
	}
	if _, err = head.ReadFrom(source); err != nil {
		return nil, "", err
	}
	file := head.Bytes()
	var decoded image.Image
	switch format {
	case "jpeg":
		decoded, note, err = decodeJPEG(file)
	case "webp":
		decoded, err = decodeWebP(file, config.Width, config.Height)
	default:
		decoded, _, err = image.Decode(bytes.NewReader(file))
	}
	if err != nil {
		return nil, "", fmt.Errorf("img: decode %s: %w", format, err)
	}
	if box := decoded.Bounds(); box.Empty() || int64(box.Dx())*int64(box.Dy()) > int64(maxPixels) {
		return nil, "", fmt.Errorf("img: decode %s: the image is %d×%d, its header says %d×%d",
			format, box.Dx(), box.Dy(), config.Width, config.Height)
	}
	return FromImage(decoded).turned(fileOrientation(format, file)), note, nil
}

// decodeJPEG decodes a JPEG file, also one that lacks only the marker at its end, as some cameras and broken transfers
// leave them. The note says so: a progressive file may have lost details with it.
func decodeJPEG(file []byte) (m image.Image, note string, err error) {
	m, err = jpeg.Decode(bytes.NewReader(file))
	if errors.Is(err, io.ErrUnexpectedEOF) {
		end := bytes.NewReader([]byte{0xff, 0xd9})
		if ended, err := jpeg.Decode(io.MultiReader(bytes.NewReader(file), end)); err == nil {
			return ended, "the JPEG file has no end marker, and may be cut short", nil
		}
	}
	return m, "", err
}

// sniffed is how many bytes unread looks at.
const sniffed = 64

// unread returns the error for a file of no format that is read, by its first bytes. It names those that phones and
// browsers write.
func unread(head []byte) error {
	head = head[:min(len(head), sniffed)]
	name := ""
	if len(head) >= 12 && string(head[4:8]) == "ftyp" {
		// The brands are a list of four letters each, behind the size of the box.
		brands := string(head[8:min(max(int64(binary.BigEndian.Uint32(head)), 12), int64(len(head)))])
		switch {
		case strings.Contains(brands, "avif"), strings.Contains(brands, "avis"):
			name = "an AVIF image"
		case strings.Contains(brands, "hei"), strings.Contains(brands, "hev"), strings.Contains(brands, "mif1"):
			name = "a HEIC image"
		}
	} else if bytes.HasPrefix(head, []byte("\xff\x0a")) || bytes.HasPrefix(head, []byte("\x00\x00\x00\x0cJXL ")) {
		name = "a JPEG XL image"
	}
	if name == "" {
		return ErrFormat
	}
	return &UnreadError{name}
}

// UnreadError is the error for an image in a known format that is not read. It matches ErrFormat.
type UnreadError struct {
	Kind string // with an article: "a HEIC image"
}

func (e *UnreadError) Error() string {
	return fmt.Sprintf("%s: convert it to PNG or JPEG: %v", e.Kind, ErrFormat)
}

func (e *UnreadError) Unwrap() error { return ErrFormat }

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
