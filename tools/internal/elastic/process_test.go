package elastic

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"steady/core/report"
	"steady/tools/internal/benchrun"
	"steady/tools/internal/console"
	"steady/tools/internal/interrupt"
	"steady/tools/internal/model"
)

// Servers and workers of tests are processes: the test itself, called with processVariable and the words of a command.
const (
	processVariable = "STEADY_ELASTIC_TEST"
	slowly          = "slowly" // a value of it, with which a task takes longer
	hold            = "hold="  // with a file, for which a worker waits in its second task
	holds           = "holds its second task"
)

func TestMain(m *testing.M) {
	how := os.Getenv(processVariable)
	if how == "" {
		os.Exit(m.Run())
	}
	if how == slowly {
		taken = func(int) { time.Sleep(150 * time.Millisecond) }
	}
	if file, ok := strings.CutPrefix(how, hold); ok {
		taken = func(tasks int) {
			if tasks != 1 {
				return
			}
			fmt.Println(holds)
			for _, err := os.Stat(file); err != nil; _, err = os.Stat(file) {
				time.Sleep(20 * time.Millisecond)
			}
		}
	}
	os.Exit(interrupt.Run(os.Stderr, func(ctx context.Context) int {
		stderr := console.NewWriter(os.Stderr)
		root := &cobra.Command{SilenceErrors: true, SilenceUsage: true}
		root.AddCommand(Commands(func(result any, text func(io.Writer)) error {
			text(os.Stdout)
			return nil
		}, stderr)...)
		root.SetArgs(os.Args[1:])
		if err := root.ExecuteContext(ctx); err != nil {
			stderr.Error("", err)
			return 1
		}
		return 0
	}))
}

// process is a server or a worker that runs.
type process struct {
	*exec.Cmd
	name  string
	lock  sync.Mutex
	said  bytes.Buffer
	ended chan error
}

// Write takes what the process says.
func (p *process) Write(b []byte) (int, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.said.Write(b)
}

func (p *process) text() string {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.said.String()
}

// start starts a process, within which words may call it: ip netns exec, say.
func start(t *testing.T, within []string, how, name string, args ...string) *process {
	t.Helper()
	words := append(append([]string{}, within...), os.Args[0])
	words = append(words, args...)
	p := &process{Cmd: exec.Command(words[0], words[1:]...), name: name, ended: make(chan error, 1)}
	p.Env = append(os.Environ(), processVariable+"="+how)
	p.Stdout, p.Stderr = p, p
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.ended <- p.Wait() }()
	t.Cleanup(func() { p.Process.Kill() })
	return p
}

// kill ends a process as a machine that fails does.
func (p *process) kill() {
	p.Process.Kill()
	<-p.ended
}

// limit is how long a test waits for something that takes a second on a quiet machine.
const limit = 5 * time.Minute

// waitFor waits until a process has said something.
func (p *process) waitFor(t *testing.T, text string) {
	t.Helper()
	for begin := time.Now(); !strings.Contains(p.text(), text); time.Sleep(20 * time.Millisecond) {
		if time.Since(begin) > limit {
			t.Fatalf("%s has not said %q:\n%s", p.name, text, p.text())
		}
		select {
		case err := <-p.ended:
			p.ended <- err
			if !strings.Contains(p.text(), text) {
				t.Fatalf("%s has ended (%v) and not said %q:\n%s", p.name, err, text, p.text())
			}
		default:
		}
	}
}

// waitEnd waits until a process has ended.
func (p *process) waitEnd(t *testing.T) error {
	t.Helper()
	select {
	case err := <-p.ended:
		p.ended <- err
		return err
	case <-time.After(limit):
		t.Fatalf("%s does not end:\n%s", p.name, p.text())
		return nil
	}
}

var cells = []string{"fog{severity=1}", "fog{severity=5}", "gaussian_noise{severity=2}", "pixelate{severity=3}", "contrast{severity=4}", "brightness{severity=2}",
	"jpeg_compression{severity=3}", "snow{severity=2}", "laugros/hue{severity=range}", "laugros/rain{severity=range}", "fgsm{eps=8/255}", "pgd{eps=4/255,steps=3}"}

// measured are the flags of what servers of tests have measured, in tasks of a few milliseconds.
func measured() (words []string) {
	words = []string{"--model", "fashion-standard", "--limit", "20", "--seed", "3"}
	for _, c := range cells {
		words = append(words, "--cell", c)
	}
	return words
}

// alone returns what is exported of the same benchmark on one machine.
func alone(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "alone.db")
	_, err := benchrun.Run(t.Context(), benchrun.Options{Models: []string{"fashion-standard"}, Data: "fashion", Cells: cells, Limit: 20, Seed: 3, Out: out,
		Backend: model.Backend{Name: "cpu"}, Messages: console.NewWriter(io.Discard)})
	if err != nil {
		t.Fatal(err)
	}
	return exports(t, out)
}

// exports returns what is written of a store.
func exports(t *testing.T, path string) string {
	t.Helper()
	r, err := benchrun.Report(path, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := errors.Join(r.WriteCSV(&b), r.WriteMarkdown(&b)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// computedIn returns how many images a store has results of.
func computedIn(path string) int {
	s, err := benchrun.ReadStatus(path)
	if err != nil {
		return 0
	}
	return s.ImagesDone
}

// freePort returns an address at which nobody listens.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// touch makes an empty file.
func touch(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestEndToEnd kills a worker and the server in the middle of tasks; what comes out is what one machine finds, to the byte.
func TestEndToEnd(t *testing.T) {
	want := alone(t)
	dir, address := t.TempDir(), freePort(t)
	out, goOn := filepath.Join(dir, "run.db"), filepath.Join(dir, "go on")
	serve := func() *process {
		return start(t, nil, "server", "the server", append([]string{"serve", "--out", out, "--listen", address, "--patience", "5s", "--json-progress"}, measured()...)...)
	}
	work := func(name string) *process {
		return start(t, nil, hold+goOn, name, "work", "nats://"+address, "--cache", filepath.Join(dir, "cache"), "--threads", "1", "--wait", "5m")
	}
	server, first, second := serve(), work("the first worker"), work("the second worker")
	first.waitFor(t, holds)
	first.kill()
	second.waitFor(t, holds)
	server.kill()
	if found := computedIn(out); found != 2*20 {
		t.Errorf("a worker and the server were killed with %d images computed, want those of a task of each worker", found)
	}
	server = serve()
	touch(t, goOn) // the second worker brings to this server what the one before has asked for
	if err := server.waitEnd(t); err != nil {
		t.Fatalf("the server: %v\n%s", err, server.text())
	}
	if err := second.waitEnd(t); err != nil {
		t.Errorf("the second worker: %v\n%s", err, second.text())
	}
	if got := exports(t, out); got != want {
		t.Errorf("exports differ:\n%s\nwant\n%s", got, want)
	}
	if !strings.Contains(second.text(), "the benchmark is done") {
		t.Errorf("the worker says\n%s", second.text())
	}
	checkProgress(t, server.text(), 13)
	if left, _ := filepath.Glob(out + "?*"); len(left) > 0 {
		t.Errorf("beside the store are %v", left)
	}
	// What is complete is not served again.
	server = serve()
	if err := server.waitEnd(t); err != nil || !strings.Contains(server.text(), "13 of 13 cells measured") || strings.Contains(server.text(), "Workers:") {
		t.Errorf("once more: %v\n%s", err, server.text())
	}
}

// checkProgress looks for the last line of progress, with so many cells.
func checkProgress(t *testing.T, text string, cells int) {
	t.Helper()
	var last progressLine
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, `{"cells":`) {
			if err := json.Unmarshal([]byte(line), &last); err != nil {
				t.Fatal(err)
			}
		}
	}
	if last.CellsDone != last.Cells || last.Cells+last.CellsBefore != cells || last.SecondsLeft == nil || last.ImagesDone != last.Images {
		t.Errorf("progress at the end: %+v\n%s", last, text)
	}
}

// serveFog serves a benchmark of three cells.
func serveFog(t *testing.T, out, address, patience string) *process {
	t.Helper()
	return start(t, nil, "server", "the server", "serve", "--out", out, "--listen", address, "--patience", patience, "--model", "fashion-standard", "--limit", "5",
		"--cell", "fog{severity=1}", "--cell", "fog{severity=2}")
}

// A server that is killed when all is computed, and before a worker has heard it, says so when it is started again.
func TestKilledInFarewell(t *testing.T) {
	dir, address := t.TempDir(), freePort(t)
	out, goOn := filepath.Join(dir, "run.db"), filepath.Join(dir, "go on")
	serve := func() *process { return serveFog(t, out, address, "5m") }
	work := func(how string) *process {
		return start(t, nil, how, "the worker", "work", address, "--cache", filepath.Join(dir, "cache"), "--threads", "1", "--wait", "1h")
	}
	server, worker := serve(), work(hold+goOn)
	worker.waitFor(t, holds)
	server.kill()
	// Others compute the rest meanwhile, and the store is complete while the worker knows of nothing.
	if _, err := benchrun.Run(t.Context(), benchrun.Options{Models: []string{"fashion-standard"}, Data: "fashion", Cells: []string{"fog{severity=1}", "fog{severity=2}"},
		Limit: 5, Out: out, Backend: model.Backend{Name: "cpu"}, Messages: console.NewWriter(io.Discard)}); err != nil {
		t.Fatal(err)
	}
	touch(t, goOn)
	worker.waitFor(t, "; waiting for it for up to 1h0m0s, as it may be started again")
	server = serve()
	if err := worker.waitEnd(t); err != nil || !strings.Contains(worker.text(), "the benchmark is done") {
		t.Errorf("the worker: %v\n%s", err, worker.text())
	}
	server.waitFor(t, "All is computed, but the server before was killed")
	// Also one that comes only now. Then Ctrl-C ends the server, which has succeeded.
	if late := work("worker"); late.waitEnd(t) != nil || !strings.Contains(late.text(), "computed 0 tasks") {
		t.Errorf("the late worker:\n%s", late.text())
	}
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Skip(err) // as on Windows
	}
	if err := server.waitEnd(t); err != nil || !strings.Contains(server.text(), "3 of 3 cells measured") {
		t.Errorf("the server: %v\n%s", err, server.text())
	}
	// It has said so, and does not the next time.
	server = serve()
	if err := server.waitEnd(t); err != nil || strings.Contains(server.text(), "killed") {
		t.Errorf("once more: %v\n%s", err, server.text())
	}
}

// A server that cannot store what it is brought ends; the worker keeps it for the next server.
func TestStoreFails(t *testing.T) {
	dir, address := t.TempDir(), freePort(t)
	out, goOn := filepath.Join(dir, "run.db"), filepath.Join(dir, "go on")
	serve := func() *process { return serveFog(t, out, address, "5s") }
	rename := func(from, to string) {
		t.Helper()
		db, err := sql.Open("sqlite", out)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec("pragma busy_timeout = 10000; alter table " + from + " rename to " + to); err != nil {
			t.Fatal(err)
		}
	}
	server := serve()
	worker := start(t, nil, hold+goOn, "the worker", "work", address, "--cache", filepath.Join(dir, "cache"), "--threads", "1", "--wait", "1h")
	worker.waitFor(t, holds)
	rename("result", "other")
	touch(t, goOn)
	if err := server.waitEnd(t); err == nil || !strings.Contains(server.text(), "no such table") {
		t.Errorf("the server: %v\n%s", err, server.text())
	}
	worker.waitFor(t, "; waiting for it for up to 1h0m0s, as it may be started again")
	rename("other", "result")
	server = serve()
	if err := server.waitEnd(t); err != nil || !strings.Contains(server.text(), "3 of 3 cells measured") {
		t.Errorf("the next server: %v\n%s", err, server.text())
	}
	if err := worker.waitEnd(t); err != nil || !strings.Contains(worker.text(), "computed 3 tasks") {
		t.Errorf("the worker: %v\n%s", err, worker.text())
	}
	if left, _ := filepath.Glob(out + "?*"); len(left) > 0 {
		t.Errorf("beside the store are %v", left)
	}
}

// Ctrl-C ends a server and a worker after the tasks under way; nothing of these is lost.
func TestInterrupted(t *testing.T) {
	dir, address := t.TempDir(), freePort(t)
	out, goOn := filepath.Join(dir, "run.db"), filepath.Join(dir, "go on")
	server := start(t, nil, "server", "the server", append([]string{"serve", "--out", out, "--listen", address, "--patience", "5m"}, measured()...)...)
	worker := start(t, nil, hold+goOn, "the worker", "work", "nats://"+address, "--cache", filepath.Join(dir, "cache"), "--threads", "1")
	worker.waitFor(t, holds)
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Skip(err) // as on Windows
	}
	server.waitFor(t, "Stopping after the tasks under way")
	worker.Process.Signal(syscall.SIGTERM)
	touch(t, goOn)
	if err := worker.waitEnd(t); err == nil || !strings.Contains(worker.text(), "stopped after 2 tasks; the server has the results") {
		t.Errorf("the worker: %v\n%s", err, worker.text())
	}
	if err := server.waitEnd(t); err == nil || !strings.Contains(server.text(), "stopped with 11 of 13 cells left") || computedIn(out) != 2*20 {
		t.Errorf("the server, with %d images: %v\n%s", computedIn(out), err, server.text())
	}
}
