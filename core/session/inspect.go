package session

import (
	"fmt"

	"steady/core/inspect"
)

// Inspect returns what is known of an ONNX file, whether it can be run or not; further files are as in SetNetwork. The
// network stays as it is.
func (s *Session) Inspect(file []byte, further ...File) (*inspect.Report, error) {
	files, wrong := findFiles(file, further)
	if wrong != nil {
		files = &weightFiles{}
	}
	r, err := inspect.FileWith(file, files.options())
	if err != nil {
		return nil, &userError{fmt.Sprintf("This is not an ONNX model that Steady can read (%v).", err), err}
	}
	if s := r.Image; r.Runs && max(s[1], s[2]) > largest {
		r.Runs = false
		r.Problems = append(r.Problems, sizeError(s).Error())
	}
	if wrong != nil {
		r.Runs = false
		r.Problems = append([]string{Sentence(wrong)}, r.Problems...)
	}
	if text := files.missingText(); text != "" && !r.Runs {
		r.Problems = append([]string{text}, r.Problems...)
	}
	return r, nil
}

// sizeError says that a network takes larger images than are shown.
func sizeError(s []int) error {
	return fmt.Errorf("This network wants pictures of %d × %d; the page goes up to %d × %d.", s[2], s[1], largest, largest)
}
