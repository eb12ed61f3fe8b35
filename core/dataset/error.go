package dataset

import (
	"errors"
	"fmt"
)

// What a caller may act on. Errors about the content of a file are *Error and match one of these; a file that is
// missing matches fs.ErrNotExist as usual.
var (
	// ErrFormat says that a file is not what it should be: cut short, inconsistent or of another kind.
	ErrFormat = errors.New("malformed data")
	// ErrTooLarge says that a set, or what a compressed file unpacks to, is beyond Options.MaxBytes.
	ErrTooLarge = errors.New("too large")
	// ErrUnknown says that there is nothing in a folder or a file that this package reads.
	ErrUnknown = errors.New("no data set that is known")
)

// Error is what is wrong with a file.
type Error struct {
	File  string // name of the file, with the archive it is in
	Field string // the part of it, such as "label of image 3" or "number of rows"; empty if it is all of the file
	What  string // what is wrong with it and what would be right
	Err   error  // ErrFormat, ErrTooLarge, ErrUnknown or a cause that wraps further
}

func (e *Error) Error() string {
	s := "dataset: " + e.File + ": "
	if e.Field != "" {
		s += e.Field + ": "
	}
	if e.What == "" {
		return s + e.Err.Error()
	}
	s += e.What
	if e.Err != ErrFormat && e.Err != ErrTooLarge && e.Err != ErrUnknown {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

func malformed(file, field, format string, args ...any) *Error {
	return &Error{File: file, Field: field, What: fmt.Sprintf(format, args...), Err: ErrFormat}
}
