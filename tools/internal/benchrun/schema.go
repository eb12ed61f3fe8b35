package benchrun

import (
	"encoding/json"
	"io"

	"steady/core/bench"
)

// WriteSchema writes the JSON Schema of spec files.
func WriteSchema(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(bench.Schema())
}
