// Package simdx adds to Go's SIMD packages what their users need beside them: which vectors to choose at run time, and
// the instruction that must end a stretch of wide code.
//
// # Upper halves
//
// On amd64 ordinary Go code computes floats with SSE instructions, which keep the upper halves of the 256-bit registers.
// While these halves hold something, each such instruction waits for whatever wrote its register last: a loop runs two to
// five times more slowly, also where it is made of wide instructions and only one in it is not. The compiler of Go 1.27
// does not clear them. Therefore:
//
//   - a function that uses vectors calls ClearUpper as soon as it is done with them, before it does anything with single
//     floats and before it returns;
//   - inside a loop over vectors there are no single floats: what is broadcast is broadcast before the loop, and zero is
//     the zero value of a vector (a broadcast 0 is made with an SSE instruction);
//   - vectors are shifted by constants, as the compiler brings a variable there with an SSE instruction;
//   - arrays to store vectors in are declared before the first vector is made, since they are cleared with SSE.
//
// TestUpperHalves fails where this was forgotten, in any package under core: it reads what the compiler made.
package simdx
