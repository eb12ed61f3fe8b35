package interrupt

import (
	"context"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"steady/tools/internal/output"
)

// The program that is interrupted is the test itself, with what it is to do in its environment.
const what = "STEADY_TEST_INTERRUPT"

func TestMain(m *testing.M) {
	work := os.Getenv(what)
	if work == "" {
		os.Exit(m.Run())
	}
	os.Exit(Run(os.Stderr, func(ctx context.Context) int {
		if work == "allowed" {
			Allow(ctx, time.Hour)
		}
		err := output.File("x.txt", func(w io.Writer) error {
			os.Stdout.WriteString("ready\n")
			if work == "listens" || work == "succeeds" {
				<-ctx.Done()
				return ctx.Err()
			}
			select {} // listens to nothing
		})
		if err != nil && work != "succeeds" {
			return 1
		}
		return 0
	}))
}

func TestRun(t *testing.T) {
	if signal.Ignored(syscall.SIGINT) {
		t.Skip("SIGINT is ignored here")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		work    string
		signals []os.Signal
		status  int
		says    string
	}{
		{"listens", []os.Signal{syscall.SIGINT}, 130, ""},
		{"listens", []os.Signal{syscall.SIGTERM}, 143, ""},
		{"succeeds", []os.Signal{syscall.SIGINT}, 0, ""},
		{"is deaf", []os.Signal{syscall.SIGINT}, 130, "steady: stopped\n"},
		{"is deaf", []os.Signal{syscall.SIGTERM}, 143, "steady: stopped\n"},
		{"allowed", []os.Signal{syscall.SIGTERM, syscall.SIGINT}, 143, "steady: stopped\n"}, // the second ends it at once
	} {
		dir := t.TempDir()
		cmd := exec.Command(exe)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), what+"="+c.work)
		var said strings.Builder
		cmd.Stderr = &said
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		out.Read(make([]byte, 6))
		for _, s := range c.signals {
			if err := cmd.Process.Signal(s); err != nil {
				cmd.Process.Kill()
				t.Skip(err) // as on Windows
			}
			time.Sleep(50 * time.Millisecond) // or the second might be the first
		}
		cmd.Wait()
		if status := cmd.ProcessState.ExitCode(); status != c.status || said.String() != c.says {
			t.Errorf("%s: exit status %d, want %d; %q", c.work, status, c.status, &said)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, ".*")); c.work != "succeeds" && len(left) > 0 {
			t.Errorf("%s: left %v", c.work, left)
		}
	}
}
