package onnx

import (
	"fmt"
	"strings"

	"steady/core/onnx/internal/onnxpb"
)

// Error describes what is wrong with a file that is read or a network that is written, and where.
type Error struct {
	Node  string // name of the node, or of its first output if it has none; "" if no node is at fault
	Op    string // operator of the node: "Conv"
	Field string // "attribute pads", "input 1", "opset_import"; "" for the whole node or file
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

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// errorf returns an Error that concerns no node.
func errorf(field, format string, args ...any) *Error {
	return &Error{Field: field, Err: fmt.Errorf(format, args...)}
}
