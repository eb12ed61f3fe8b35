package dataset

import (
	"errors"
	"fmt"
)

// Errors about the content of a file are *Error and match one of these; the error for a file that is missing matches
// fs.ErrNotExist.
var (
	// ErrFormat matches the error for a file that is not what it should be: cut short, inconsistent or of another kind.
	ErrFormat = errors.New("malformed data")
	// ErrTooLarge matches the error for a set, or the contents of a compressed file, beyond Options.MaxBytes.
	ErrTooLarge = errors.New("too large")
	// ErrUnknown matches the error for a folder or a file with nothing in it that this package reads.
	ErrUnknown = errors.New("no known data set")
	// ErrDamaged matches the error for an image file that cannot be decoded, which matches ErrFormat too.
	ErrDamaged error = damaged{}
	// ErrSeverity matches the error for a set of several severities of which none was chosen, or one without them of which
	// one was.
	ErrSeverity = errors.New("severity of the data set")
)

type damaged struct{}

func (damaged) Error() string { return "damaged image" }
func (damaged) Unwrap() error { return ErrFormat }

// Error says what is wrong with a file.
type Error struct {
	File  string // name of the file, with the archive it is in
	Field string // the part of it, such as "label of image 3" or "number of rows"; empty if it is all of the file
	What  string // what is wrong with it and what would be right
	Err   error  // ErrFormat, ErrTooLarge, ErrUnknown or a cause that wraps further
}

// Error returns the file, its part, what is wrong and the cause, with colons between them.
func (e *Error) Error() string {
	s := "dataset: " + e.File + ": "
	if e.Field != "" {
		s += e.Field + ": "
	}
	if e.What == "" {
		return s + e.Err.Error()
	}
	s += e.What
	if e.Err != ErrFormat && e.Err != ErrTooLarge && e.Err != ErrUnknown && e.Err != ErrSeverity {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func malformed(file, field, format string, args ...any) *Error {
	return &Error{File: file, Field: field, What: fmt.Sprintf(format, args...), Err: ErrFormat}
}
