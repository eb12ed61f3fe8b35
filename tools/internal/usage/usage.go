package usage

import "fmt"

// Error is an error of whoever typed the command.
type Error struct{ Err error }

func (e Error) Error() string { return e.Err.Error() }
func (e Error) Unwrap() error { return e.Err }

// Errorf returns an [Error] with a formatted message.
func Errorf(format string, args ...any) error { return Error{fmt.Errorf(format, args...)} }
