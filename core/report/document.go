package report

import "io"

// WriteMarkdown writes tables of networks and of corruptions, as GitHub and most other programs read them.
func (r *Report) WriteMarkdown(w io.Writer) error { return r.document().WriteMarkdown(w) }

// WriteLaTeX writes the same tables for the package booktabs.
func (r *Report) WriteLaTeX(w io.Writer) error { return r.document().WriteLaTeX(w) }
