//go:build goexperiment.simd && amd64

package simdx

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// notYetChecked lists packages that use vectors and are left out of TestUpperHalves, with the reason. It should be empty.
var notYetChecked = map[string]string{}

// No package may compute with single floats, or call others, or return, while the upper halves of vector registers hold
// something: package simdx says why. This reads what the compiler made of every package under core that uses vectors.
func TestUpperHalves(t *testing.T) {
	packages := vectorPackages(t)
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command to compile with: ", err)
	}
	// The go command leaves out a listing, and says nothing, when its cache has the package and no longer what was
	// printed. So the flags, which change nothing, are others each time.
	fresh := fmt.Sprintf("STEADY_LISTING=%d", time.Now().UnixNano())
	args := []string{"build"}
	for _, p := range packages {
		args = append(args, "-gcflags="+p+"=-S -env="+fresh, "-asmflags="+p+"=-S -D="+fresh)
	}
	out, err := exec.Command("go", append(args, packages...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%.2000s", err, out)
	}
	for _, p := range packages {
		if !strings.Contains(string(out), "\n# "+p+"\n") && !strings.HasPrefix(string(out), "# "+p+"\n") {
			t.Fatalf("go build printed no listing of %s", p)
		}
	}
	functions, values := parseListing(string(out))
	for _, name := range []string{
		"steady/core/corrupt/internal/pix.clipVectors@simd256", "steady/core/random.fillNormal@simd256",
		"steady/core/corrupt/internal/filter.correlateAVX2" + inAssembly,
	} {
		if f := functions[name]; f == nil || !slices.ContainsFunc(f.code, instruction.widens) {
			t.Fatalf("there is no %s with wide instructions in the listing", name)
		}
	}
	for _, fault := range findFaults(functions, values) {
		t.Error(fault)
	}
}

// vectorPackages returns the packages under core that import vectors. It reads all sources, so that go test does not
// take a result from its cache when one of them has changed.
func vectorPackages(t *testing.T) []string {
	found := map[string]bool{}
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".s") {
			return err
		}
		source, err := os.ReadFile(name)
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			if i.Path.Value == `"simd"` || strings.HasPrefix(i.Path.Value, `"simd/`) {
				found[path.Join("steady/core/simdx", filepath.ToSlash(filepath.Dir(name)))] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for p, why := range notYetChecked {
		if !found[p] {
			t.Errorf("%s is listed as not yet checked, and does not use vectors", p)
		}
		t.Logf("not checked: %s: %s", p, why)
		delete(found, p)
	}
	return slices.Sorted(maps.Keys(found))
}

// entry is a function as it is called: with upper halves that may hold something, or not.
type entry struct {
	name  string
	dirty bool
}

// checker follows upper halves through functions.
type checker struct {
	functions map[string]*function
	leaves    map[entry]bool // may hold something on return
	todo      []entry
	seen      map[entry]bool
	faults    map[string]bool
}

// findFaults returns what must not be, sorted.
func findFaults(functions map[string]*function, values map[string]bool) []string {
	called := map[string]bool{}
	for _, f := range functions {
		for _, i := range f.code {
			if name, ok := i.callee(); ok {
				called[name] = true
			}
		}
	}
	c := &checker{functions: functions, leaves: map[entry]bool{}}
	for changed := true; changed; {
		changed = false
		c.seen, c.faults = map[entry]bool{}, map[string]bool{}
		for name := range functions {
			if !called[name] && isEntry(name, functions, values) {
				c.visit(entry{name, false})
			}
		}
		for len(c.todo) > 0 {
			e := c.todo[len(c.todo)-1]
			c.todo = c.todo[:len(c.todo)-1]
			if leaves := c.check(e); leaves != c.leaves[e] {
				c.leaves[e], changed = leaves, true
			}
		}
	}
	for e := range c.seen {
		if !e.dirty && !called[e.name] && c.leaves[e] {
			c.report(functions[e.name], 0, "returns with upper halves in use")
		}
	}
	return slices.Sorted(maps.Keys(c.faults))
}

// isEntry reports whether a function that none of these calls may be called by others. Package simd makes for each
// function with vectors a version for each length, and one that chooses; if a vector is passed, that one only panics.
func isEntry(name string, functions map[string]*function, values map[string]bool) bool {
	if strings.Contains(name, "@simd") || values[name] {
		return values[name]
	}
	_, local, _ := strings.Cut(name[strings.LastIndex(name, "/")+1:], ".")
	return strings.Contains(local, ".") || local != "" && 'A' <= local[0] && local[0] <= 'Z' || local == "init"
}

func (c *checker) visit(e entry) {
	if !c.seen[e] {
		c.seen[e] = true
		c.todo = append(c.todo, e)
	}
}

func (c *checker) report(f *function, i int, format string, args ...any) {
	c.faults[fmt.Sprintf("%s: %s %s", f.where(i), f.name, fmt.Sprintf(format, args...))] = true
}

// check goes through a function, and reports whether it may return with upper halves in use.
func (c *checker) check(e entry) (leaves bool) {
	f := c.functions[e.name]
	if len(f.code) == 0 {
		return e.dirty
	}
	next := f.next()
	returns := f.returns(next)
	aware := slices.ContainsFunc(f.code, func(i instruction) bool { return i.widens() || i.clears() })
	const clean, dirty = 1, 2
	state := make([]int, len(f.code)) // what is the case before each instruction, at most
	state[0] = clean
	if e.dirty {
		state[0] = dirty
	}
	for todo := []int{0}; len(todo) > 0; {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		now, in := state[i], f.code[i]
		was := now
		name, calls := in.callee()
		switch {
		case in.clears():
			now = clean
		case in.widens():
			now = dirty
		case now == dirty && in.legacy() && returns[i]:
			c.report(f, i, "has an SSE instruction where upper halves are in use: %s %s (%s)", in.op, in.args, path.Base(in.place))
		case calls && !panics(name) && returns[i]:
			if c.functions[name] != nil {
				called := entry{name, now == dirty}
				c.visit(called)
				now = clean
				if c.leaves[called] {
					now = dirty
				}
				if now == dirty && was == clean && !aware {
					c.report(f, i, "calls %s, which returns with upper halves in use", name)
					now = clean // one fault is enough
				}
			} else if now == dirty {
				c.report(f, i, "calls %s with upper halves in use", name)
			}
		}
		if now == dirty && (in.op == "RET" || calls && in.jumps()) {
			leaves = true
		}
		for _, k := range next[i] {
			now := now
			if k != i+1 && i > 0 && in.op == "JEQ" && f.code[i-1].testsAVX() {
				now = clean // ClearUpper's way where there are no upper halves
			}
			if now > state[k] {
				state[k] = now
				todo = append(todo, k)
			}
		}
	}
	return leaves
}
