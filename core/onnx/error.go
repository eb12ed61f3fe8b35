package onnx

import (
	"fmt"
	"strings"

	"steady/core/onnx/internal/onnxpb"
)

// Error says what is wrong with a file, or with a network that is to be written, and where.
type Error struct {
	Node  string // name of the node, or of its first output where it has none; "" when no node is at fault
	Op    string // operator of the node: "Conv"
	Field string // "attribute pads", "input 1", "opset_import"; "" when the whole node or file is meant
	Err   error  // what is wrong and what would be right
}

func (e *Error) Error() string {
	var s strings.Builder
	s.WriteString("onnx: ")
	if e.Node != "" || e.Op != "" {
		fmt.Fprintf(&s, "node %q (%s)", onnxpb.Abbreviate(e.Node), onnxpb.Abbreviate(e.Op))
		if e.Field != "" {
			s.WriteString(", ")
		}
	}
	s.WriteString(e.Field)
	if s.Len() > len("onnx: ") {
		s.WriteString(": ")
	}
	s.WriteString(e.Err.Error())
	return s.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// bad makes an Error that concerns no node.
func bad(field, format string, args ...any) *Error {
	return &Error{Field: field, Err: fmt.Errorf(format, args...)}
}
