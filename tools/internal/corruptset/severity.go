package corruptset

import (
	"fmt"
	"strconv"
	"strings"

	"steady/core/corrupt"
)

// Severity is a flag that takes 1 to 5 or "range", which is corrupt.FullRange; JSON has it as a number or that word.
type Severity int

const fullRange = "range"

func (s Severity) String() string {
	if s == corrupt.FullRange {
		return fullRange
	}
	return strconv.Itoa(int(s))
}

func (Severity) Type() string { return "1..5|" + fullRange }

func (s *Severity) Set(text string) error {
	if text == fullRange {
		*s = corrupt.FullRange
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 5 {
		return fmt.Errorf("there are 1 to 5, and %s for the corruptions of %s", fullRange, corrupt.Laugros)
	}
	*s = Severity(n)
	return nil
}

func (s *Severity) UnmarshalJSON(b []byte) error { return s.Set(strings.Trim(string(b), `"`)) }

func (s Severity) MarshalJSON() ([]byte, error) {
	if s == corrupt.FullRange {
		return strconv.AppendQuote(nil, fullRange), nil
	}
	return strconv.AppendInt(nil, int64(s), 10), nil
}
