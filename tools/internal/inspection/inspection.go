package inspection

import (
	"fmt"
	"io"

	"steady/core/inspect"
	"steady/tools/internal/model"
)

// File is what is known of a file, or why it is no ONNX model.
type File struct {
	Name string `json:"file"`
	*inspect.Report
	Error string `json:"error,omitempty"`
}

// List is the files of a command line, to print.
type List struct {
	Files []File `json:"files"`
}

// Open inspects ONNX files, and built-in networks by their names, for the output, size and layout that the options say. One
// that cannot be read is in the list with its error; the first of these errors is returned too. The list is nil if none can
// be read.
func Open(names []string, o model.Options) (list *List, first error) {
	list = &List{}
	some := false
	for _, name := range names {
		o.Name = name
		r, err := o.Inspect()
		f := File{Name: name, Report: r}
		if err != nil {
			f.Error = err.Error()
			if first == nil {
				first = err
			}
		}
		some = some || err == nil
		list.Files = append(list.Files, f)
	}
	if !some {
		return nil, first
	}
	return list, first
}

// Write writes the list as text.
func (l *List) Write(w io.Writer) {
	for i, f := range l.Files {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, f.Name)
		if f.Report == nil {
			fmt.Fprintf(w, "  %s\n", f.Error)
			continue
		}
		f.Report.Write(w)
	}
}
