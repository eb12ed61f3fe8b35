package score

import (
	"fmt"

	"steady/core/phrase"
)

// MissingError says that a figure cannot be computed because some of what it is made of was not measured.
type MissingError struct {
	Names []string // of what is missing, in the order in which it was asked for: "fog 3", "frost", "frost of the reference"
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("score: not measured: %s", phrase.First(e.Names, 5))
}

// missing returns a *MissingError, or nil if there are no names.
func missing(names []string) error {
	if len(names) == 0 {
		return nil
	}
	return &MissingError{names}
}
