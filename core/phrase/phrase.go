package phrase

import (
	"fmt"
	"strings"
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
