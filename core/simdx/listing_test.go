//go:build goexperiment.simd && amd64

package simdx

import (
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// instruction is a line of the compiler's listing (-gcflags=-S), in Go's notation: the destination is the last operand.
type instruction struct {
	pc       int
	place    string // file:line, perhaps of a function that was inlined here
	op, args string
}

// function is a function's listing.
type function struct {
	name string
	code []instruction
}

var listingLine = regexp.MustCompile(`^\t0x[0-9a-f]+ (\d+) \((.*?)\)\t(\S+)(?:\t(.*))?$`)

// inAssembly is added to the name of a function in assembly, since the compiler has the same name for the function that
// brings it its arguments.
const inAssembly = "<asm>"

// parseListing reads what the compiler and the assembler print, in any order of packages, by names of functions. It
// also returns the names of functions that are used as values.
func parseListing(text string) (functions map[string]*function, values map[string]bool) {
	functions, values = map[string]*function{}, map[string]bool{}
	var f *function
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if name, kind, ok := strings.Cut(line, " STEXT "); ok && !strings.HasPrefix(line, "\t") {
			if slices.Contains(strings.Fields(kind), "asm") {
				name += inAssembly
			}
			f = &function{name: name}
			if functions[name] == nil { // else a copy in another package
				functions[name] = f
			}
			continue
		}
		if _, rest, ok := strings.Cut(line, "="); ok && strings.HasPrefix(line, "\trel ") {
			if _, symbol, ok := strings.Cut(rest, " "); ok {
				if name, _, ok := strings.Cut(symbol, "·f+"); ok {
					values[name] = true
				}
			}
			continue
		}
		m := listingLine.FindStringSubmatch(line)
		if m == nil || f == nil {
			continue
		}
		switch m[3] {
		case "PCDATA", "FUNCDATA", "NOP":
			continue
		}
		pc, _ := strconv.Atoi(m[1])
		f.code = append(f.code, instruction{pc, m[2], m[3], m[4]})
	}
	for name, f := range functions {
		for i, c := range f.code {
			callee, ok := c.callee()
			called := callee + inAssembly
			if ok && functions[called] != nil && (callee == name || functions[callee] == nil || strings.HasSuffix(name, inAssembly)) {
				f.code[i].args = called + "(SB)"
			}
		}
	}
	return functions, values
}

var (
	anyVector  = regexp.MustCompile(`\b[XYZ]\d+\b`)
	wideTarget = regexp.MustCompile(`(^|, )[YZ]\d+$`)
)

// widens reports whether an instruction writes a register's upper half.
func (i instruction) widens() bool { return i.op[0] == 'V' && wideTarget.MatchString(i.args) }

func (i instruction) clears() bool { return i.op == "VZEROUPPER" || i.op == "VZEROALL" }

// legacy reports whether an instruction is one of SSE, which waits for upper halves that are not clear.
func (i instruction) legacy() bool {
	switch i.op {
	case "DUFFZERO", "DUFFCOPY":
		return true
	}
	return i.op[0] != 'V' && i.op[0] != 'K' && anyVector.MatchString(i.args)
}

// testsAVX reports whether an instruction asks whether there are upper halves, for a jump if there are none.
func (i instruction) testsAVX() bool {
	return i.op == "CMPB" && i.args == "steady/core/simdx.HasFloat32x4(SB), $0"
}

func (i instruction) jumps() bool { return i.op[0] == 'J' }

// callee returns the name of a function that is called, or jumped to as the last thing, or "?" where it is computed.
func (i instruction) callee() (name string, ok bool) {
	switch {
	case i.op == "CALL":
	case i.op == "JMP" && strings.HasSuffix(i.args, "(SB)"):
	default:
		return "", false
	}
	if name, ok = strings.CutSuffix(i.args, "(SB)"); !ok {
		return "?", true
	}
	return name, true
}

// panics reports whether what is called does not return, or is the runtime's enlargement of the stack, which does the
// function from its beginning.
func panics(name string) bool {
	for _, prefix := range []string{"panic", "goPanic", "gopanic", "throw", "fatal", "morestack"} {
		if strings.HasPrefix(name, "runtime."+prefix) {
			return true
		}
	}
	return false
}

// next returns the indices of the instructions that may follow each; those after a computed jump are all that nothing
// else leads to.
func (f *function) next() [][]int {
	next, led := make([][]int, len(f.code)), make([]bool, len(f.code))
	var computed []int
	for i, c := range f.code {
		name, calls := c.callee()
		through := true
		switch {
		case c.op == "RET" || c.op == "UNDEF" || calls && panics(name) || calls && c.jumps():
			through = false
		case c.jumps():
			through = c.op != "JMP"
			if target, err := strconv.Atoi(c.args); err == nil {
				k := sort.Search(len(f.code)-1, func(k int) bool { return f.code[k].pc >= target })
				next[i] = append(next[i], k)
				led[k] = true
			} else {
				computed = append(computed, i)
			}
		}
		if through && i+1 < len(f.code) {
			next[i] = append(next[i], i+1)
			led[i+1] = true
		}
	}
	for _, i := range computed {
		for k := 1; k < len(f.code); k++ {
			if !led[k] {
				next[i] = append(next[i], k)
			}
		}
	}
	return next
}

// returns reports for each instruction whether the function may still return after it: what only leads to a panic is
// in no hurry.
func (f *function) returns(next [][]int) []bool {
	back := make([][]int, len(f.code))
	var todo []int
	for i, c := range f.code {
		for _, k := range next[i] {
			back[k] = append(back[k], i)
		}
		if _, calls := c.callee(); c.op == "RET" || calls && c.jumps() {
			todo = append(todo, i)
		}
	}
	returns := make([]bool, len(f.code))
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !returns[i] {
			returns[i] = true
			todo = append(todo, back[i]...)
		}
	}
	return returns
}

// where returns the place of an instruction in the function's own file: that of the last instruction from there.
func (f *function) where(i int) string {
	file, _, _ := strings.Cut(f.code[0].place, ":")
	for ; i > 0; i-- {
		if strings.HasPrefix(f.code[i].place, file+":") {
			break
		}
	}
	return f.code[i].place
}
