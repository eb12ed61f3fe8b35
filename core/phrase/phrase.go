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
