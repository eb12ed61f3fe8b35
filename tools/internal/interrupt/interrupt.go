package interrupt

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"steady/tools/internal/output"
)

// grace is the time that work has to end by itself, unless it is allowed more.
const grace = 300 * time.Millisecond

// ForResult is how much longer work may take that has something to say when it is stopped: it ends within a second all the
// same.
const ForResult = 400 * time.Millisecond

// Run calls work with a context that ends with the first signal, and returns what work does: the exit status of the program.
// After a signal that is 128 and the signal's number, unless work succeeds. Work that does not end soon, or before a second
// signal, is left where it is, its unfinished files are removed, and that is said to log.
func Run(log io.Writer, work func(context.Context) int) int {
	signals := make(chan os.Signal, 2)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) { // as by nohup
			signal.Notify(signals, s)
		}
	}
	defer signal.Stop(signals)
	var longer atomic.Int64
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, &longer))
	defer cancel()
	done := make(chan int, 1)
	go func() { done <- work(ctx) }()
	var first os.Signal
	select {
	case status := <-done:
		return status
	case first = <-signals:
	}
	cancel()
	status := 128
	if s, ok := first.(syscall.Signal); ok {
		status += int(s)
	}
	select {
	case result := <-done:
		if result == 0 {
			return 0
		}
		return status
	case <-time.After(grace + time.Duration(longer.Load())):
	case <-signals:
	}
	output.Abandon()
	fmt.Fprintln(log, "steady: stopped")
	return status
}

type key struct{}

// Allow lets the work of ctx take so much longer to end by itself.
func Allow(ctx context.Context, longer time.Duration) {
	if l, ok := ctx.Value(key{}).(*atomic.Int64); ok {
		l.Store(int64(longer))
	}
}
