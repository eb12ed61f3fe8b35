package main

import (
	"errors"
	"fmt"
	"strings"

	"steady/core/img"
)

// plain is an error in words for the person at the page; its cause is there for errors.Is.
type plain struct {
	words string
	cause error
}

func (p *plain) Error() string { return p.words }
func (p *plain) Unwrap() error { return p.cause }

// pictureError says in plain words why a picture was refused.
func pictureError(err error) error {
	switch {
	case errors.Is(err, img.ErrTooLarge):
		return &plain{fmt.Sprintf("This picture is too large: the lab takes up to %d million pixels. Make it smaller and "+
			"open it again.", img.DefaultMaxPixels/1_000_000), err}
	case errors.Is(err, img.ErrFormat):
		return &plain{"This is not a picture that the lab can read. It reads PNG, JPEG, GIF, WebP, BMP and TIFF.", err}
	}
	return &plain{fmt.Sprintf("This picture is broken or cut short, so it was not opened (%v).", err), err}
}

// sentence makes an error's message end like one, and begin with a capital unless it begins with a package's name.
func sentence(err error) string {
	s := strings.TrimSpace(err.Error())
	if s == "" {
		return "Something went wrong in the lab, and it does not say what."
	}
	if !strings.ContainsAny(s[len(s)-1:], ".!?)") {
		s += "."
	}
	if before, _, ok := strings.Cut(s, ":"); ok && !strings.Contains(before, " ") {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
