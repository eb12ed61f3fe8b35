// Package option describes parameters: those of attacks and of training recipes.
//
// A parameter is one [Option] literal beside the struct field that holds it: its name, what a form and a flag say of it,
// its unit, and the values that it may have. Whatever handles parameters reads a [Table] of them and needs no change when
// one is added:
//
//   - checks: [Table.Check]
//   - flags of the command: tools/steady makes one of each option
//   - controls of the page: [Table.Describe]
//   - JSON: [Table.EncodeJSON] and [Table.DecodeJSON], for the MarshalJSON and UnmarshalJSON of the struct
//   - text, as the cell of a benchmark names it, "eps=8/255,steps=10": [Table.Parse] and [Table.Format]
//
// Defaults are values of the struct: each attack or recipe has its own.
package option
