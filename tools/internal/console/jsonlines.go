package console

import (
	"bytes"
	"encoding/json"
	"io"
)

// ErrorPrefix is what a program's errors begin with.
const ErrorPrefix = "steady: "

// JSONLines returns a writer that makes a line of JSON of each line that is none: {"message": LINE}, or {"error": LINE} of
// those with the ErrorPrefix, without it. Objects pass as they are. For whoever reads progress as JSON from where messages
// are written, too.
func JSONLines(w io.Writer) io.Writer { return &jsonLines{w: w} }

type jsonLines struct {
	w       io.Writer
	pending []byte // of a line that has not ended
}

func (j *jsonLines) Write(b []byte) (int, error) {
	j.pending = append(j.pending, b...)
	for {
		line, rest, ended := bytes.Cut(j.pending, []byte("\n"))
		if !ended {
			return len(b), nil
		}
		line = bytes.Clone(line)
		j.pending = append(j.pending[:0], rest...)
		if err := j.line(line); err != nil {
			return 0, err
		}
	}
}

func (j *jsonLines) line(line []byte) error {
	if len(line) == 0 {
		return nil
	}
	if line[0] != '{' || !json.Valid(line) {
		kind := "message"
		if rest, ok := bytes.CutPrefix(line, []byte(ErrorPrefix)); ok {
			kind, line = "error", rest
		}
		var err error
		if line, err = json.Marshal(map[string]string{kind: string(line)}); err != nil {
			return err
		}
	}
	_, err := j.w.Write(append(line, '\n'))
	return err
}
