package corruptset

import (
	"fmt"
	"strconv"
	"strings"

	"steady/core/corrupt"
)

// Severity is a severity in JSON: a number, or "range" for corrupt.FullRange.
type Severity int

const fullRange = "range"

// String returns the number, or range.
func (s Severity) String() string {
	if s == corrupt.FullRange {
		return fullRange
	}
	return strconv.Itoa(int(s))
}

// UnmarshalJSON reads what MarshalJSON writes. It is an error if there is no such severity.
func (s *Severity) UnmarshalJSON(b []byte) error {
	text := strings.Trim(string(b), `"`)
	if text == fullRange {
		*s = corrupt.FullRange
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 5 {
		return fmt.Errorf("want 1 to 5, or %s", fullRange)
	}
	*s = Severity(n)
	return nil
}

// MarshalJSON returns the number, or "range".
func (s Severity) MarshalJSON() ([]byte, error) {
	if s == corrupt.FullRange {
		return strconv.AppendQuote(nil, fullRange), nil
	}
	return strconv.AppendInt(nil, int64(s), 10), nil
}
