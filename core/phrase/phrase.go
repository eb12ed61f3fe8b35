package phrase

import (
	"fmt"
	"strings"
	"time"
)

// First returns the first names of a list, most of them, with commas between them, and how many there are besides.
func First(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// Count returns a number of things with their name, which has an s unless it is one: "1 image", "2 images".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Duration returns a time in two units at most: "0.4s", "1m15s", "2h5m".
func Duration(d time.Duration) string {
	switch {
	case d < 9950*time.Millisecond:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < time.Hour-time.Second/2:
		return d.Round(time.Second).String()
	}
	return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
}

// Seconds returns a time as Duration does.
func Seconds(s float64) string { return Duration(time.Duration(s * float64(time.Second))) }
