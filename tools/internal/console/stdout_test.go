package console

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// The program that a shell starts is the test itself.
const printing = "STEADY_TEST_PRINTING"

func TestMain(m *testing.M) {
	if os.Getenv(printing) == "" {
		os.Exit(m.Run())
	}
	if _, err := fmt.Fprintln(Stdout(), "result"); err != nil {
		os.Exit(7)
	}
}

func TestStdout(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil || runtime.GOOS != "linux" {
		t.Skip("a closed output is known on Linux only")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	run := func(stdout *os.File, name string, args ...string) int {
		c := exec.Command(name, args...)
		c.Env = append(os.Environ(), printing+"=1")
		c.Stdout = stdout
		c.Run()
		return c.ProcessState.ExitCode()
	}
	for command, want := range map[string]int{`"$0" >&-; exit $?`: 7, `("$0") >&-; exit $?`: 7, `"$0" >/dev/null; exit $?`: 0, `"$0"; exit $?`: 0} {
		if got := run(file, shell, "-c", command, exe); got != want {
			t.Errorf("%s: exit status %d, want %d", command, got, want)
		}
	}
	// As Python and Node.js start programs whose output nobody wants, directly or by a script.
	if got := run(null, exe); got != 0 {
		t.Errorf("to the null device: exit status %d", got)
	}
	if got := run(null, shell, "-c", `"$0"; exit $?`, exe); got != 0 {
		t.Errorf("in a script to the null device: exit status %d", got)
	}
}
