package session

import (
	"fmt"

	"steady/core/inspect"
)

// Inspect returns what is known of an ONNX file, whether it can be run or not. The network stays as it is.
func (s *Session) Inspect(file []byte) (*inspect.Report, error) {
	r, err := inspect.File(file)
	if err != nil {
		return nil, &userError{fmt.Sprintf("This is not an ONNX model that the lab can read (%v).", err), err}
	}
	if s := r.Image; r.Runs && max(s[1], s[2]) > largest {
		r.Runs = false
		r.Problems = append(r.Problems, sizeError(s).Error())
	}
	return r, nil
}

// sizeError says that a network takes larger images than are shown.
func sizeError(s []int) error {
	return fmt.Errorf("This network wants pictures of %d × %d; the page goes up to %d × %d.", s[2], s[1], largest, largest)
}
