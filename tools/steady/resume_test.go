package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"steady/core/random"
	"steady/core/train"
)

// killAt is the environment variable that has the test's program be the command, and die of SIGKILL.
const killAt = "STEADY_TEST_KILL_AT"

func TestMain(m *testing.M) {
	at, err := strconv.ParseInt(os.Getenv(killAt), 10, 64)
	if err != nil {
		os.Exit(m.Run())
	}
	ctx := newCountdown(at, func() {
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			self.Kill()
		}
		select {}
	})
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// countdown is a context that does something when it is asked for its error for the n-th time, as it is before each step,
// and is canceled from then on.
type countdown struct {
	context.Context
	cancel context.CancelFunc
	left   atomic.Int64
	end    func()
}

func newCountdown(n int64, end func()) *countdown {
	c := &countdown{end: end}
	c.Context, c.cancel = context.WithCancel(context.Background())
	c.left.Store(n)
	return c
}

func (c *countdown) Err() error {
	if c.left.Add(-1) == 0 {
		c.end()
		c.cancel()
	}
	return c.Context.Err()
}

// madeBy returns the files that a run has made: the network, and its card and log without what differs from run to run.
func madeBy(t *testing.T, base string) (network []byte, card map[string]any, log []map[string]any) {
	t.Helper()
	if err := json.Unmarshal(readFile(t, base+".json"), &card); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"name", "file", "command", "date", "seconds", "processor_seconds"} {
		delete(card, name)
	}
	return readFile(t, base+".onnx"), card, logged(t, base+".jsonl")
}

// A run of any recipe that was killed at one step and canceled at another goes on to the bytes of one that was not.
func TestResumeEveryRecipe(t *testing.T) {
	data := writeSet(t, 30)
	for _, recipe := range train.Recipes() {
		t.Run(recipe.Name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			whole, parts := filepath.Join(dir, "whole"), filepath.Join(dir, "parts")
			args := func(base string) []string {
				return []string{"train", recipe.Name, "--data", data, "--test", data, "--validation", "6", "--keep", "best", "--epochs", "3",
					"--batch", "6", "--shift", "1", "--learning-rate", "0.02", "--averaging", "0.9", "--seed", "5", "--threads", "1",
					"--monitor-corrupted", "1", "--monitor-attacked", "1", "--log", base + ".jsonl", "--out", base + ".onnx"}
			}
			const never = 1 << 40
			count := newCountdown(never, nil)
			var stdout, stderr bytes.Buffer
			if code := run(count, args(whole), &stdout, &stderr); code != exitOK {
				t.Fatalf("exit code %d, %s", code, &stderr)
			}
			moments := int(never - count.left.Load())
			draw := random.New(1, 0, "resume "+recipe.Name, 0)

			// Half of the run is left when it is killed, so there is enough to interrupt.
			kill := 1 + draw.IntN(moments/2)
			killed := exec.Command(os.Args[0], args(parts)...)
			killed.Env = append(os.Environ(), killAt+"="+strconv.Itoa(kill))
			if out, err := killed.CombinedOutput(); err == nil || strings.Contains(string(out), "steady:") {
				t.Fatalf("killed at %d of %d: %v, %s", kill, moments, err, out)
			}
			if _, err := os.Stat(parts + ".onnx"); err == nil {
				t.Fatalf("killed at %d of %d: there is a network", kill, moments)
			}
			resume := append(args(parts), "--resume")
			stop := 1 + draw.IntN(moments/3)
			stderr.Reset()
			if code := run(newCountdown(int64(stop), func() {}), resume, &stdout, &stderr); code != exitFailure || !strings.Contains(stderr.String(), "stopped") {
				t.Fatalf("canceled at %d of %d: exit code %d, %s", stop, moments, code, &stderr)
			}
			must(t, resume...)

			network, card, log := madeBy(t, parts)
			wantNetwork, wantCard, wantLog := madeBy(t, whole)
			if !bytes.Equal(network, wantNetwork) || !reflect.DeepEqual(card, wantCard) || !reflect.DeepEqual(log, wantLog) {
				t.Errorf("killed at %d and canceled at %d of %d: networks are equal: %t; card\n%v, want\n%v; log\n%v, want\n%v", kill, stop, moments,
					bytes.Equal(network, wantNetwork), card, wantCard, log, wantLog)
			}
			onlyFiles(t, dir, "parts.json", "parts.jsonl", "parts.onnx", "whole.json", "whole.jsonl", "whole.onnx")
		})
	}
}
