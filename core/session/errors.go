package session

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"steady/core/img"
)

// userError is an error in words for whoever looks at the image; its cause is there for errors.Is.
type userError struct {
	words string
	cause error
}

func (p *userError) Error() string { return p.words }
func (p *userError) Unwrap() error { return p.cause }

// imageError says in plain words why an image was refused.
func imageError(err error) error {
	var unread *img.UnreadError
	switch {
	case errors.As(err, &unread):
		return &userError{fmt.Sprintf("This is %s, which Steady cannot read. Save it as PNG or JPEG and open that.", unread.Kind), err}
	case errors.Is(err, img.ErrTooLarge):
		return &userError{fmt.Sprintf("This picture is too large: Steady takes up to %d million pixels. Make it smaller and "+
			"open it again.", img.DefaultMaxPixels/1_000_000), err}
	case errors.Is(err, img.ErrFormat):
		return &userError{"This is not a picture that Steady can read. It reads PNG, JPEG, GIF, WebP, BMP, TIFF, PPM and PGM.", err}
	}
	return &userError{fmt.Sprintf("This picture is broken or cut short, so it was not opened (%v).", err), err}
}

// inner are packages whose names mean nothing to a visitor. onnx is not among them: it is the format of a file.
var inner = []string{"attack", "bench", "classnames", "corrupt", "dataset", "engine", "evaluator", "exchange", "img", "inspect", "nn", "option",
	"overlap", "overlapfile", "preprocess", "score", "session", "stage"}

// Sentence returns the message of an error as a sentence: without the name of an inner package, with a full stop, and with a
// capital unless it begins with the name of a file or a format.
func Sentence(err error) string {
	s := strings.TrimSpace(err.Error())
	if s == "" {
		return "Something went wrong, and nothing says what."
	}
	if name, rest, ok := strings.Cut(s, ": "); ok && slices.Contains(inner, name) {
		s = rest
	}
	if !strings.ContainsAny(s[len(s)-1:], ".!?)") {
		s += "."
	}
	if before, _, ok := strings.Cut(s, ":"); ok && !strings.Contains(before, " ") {
		return s
	}
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
