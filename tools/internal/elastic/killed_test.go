package elastic

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// TestKilled kills servers and workers at random moments, and has others take their places; exports of what they complete are
// those of one machine. STEADY_ROUNDS says how many are killed; without it the test is skipped, as TestEndToEnd has a kill of
// each.
func TestKilled(t *testing.T) {
	rounds, err := strconv.Atoi(os.Getenv("STEADY_ROUNDS"))
	if err != nil {
		t.Skip("STEADY_ROUNDS is not set")
	}
	want := alone(t)
	dir, address := t.TempDir(), freePort(t)
	benchmark, kills := 0, [3]int{}
	out := func() string { return filepath.Join(dir, fmt.Sprintf("run%d.db", benchmark)) }
	run := func(i int) *process {
		if i == 0 {
			return start(t, nil, "server", "the server", append([]string{"serve", "--out", out(), "--listen", address, "--patience", "2s"}, measured()...)...)
		}
		return start(t, nil, slowly, fmt.Sprint("worker ", i), "work", "nats://"+address, "--cache", filepath.Join(dir, "cache"), "--threads", "1", "--wait", "10m")
	}
	running := [3]*process{run(0), run(1), run(2)}
	// next waits until the time, and lets those take their places that have ended by themselves: true if a benchmark is complete.
	next := func(until time.Time) (complete bool) {
		for time.Now().Before(until) && !complete {
			time.Sleep(20 * time.Millisecond)
			for i, p := range running {
				select {
				case err := <-p.ended:
					if err != nil {
						t.Fatalf("%s: %v\n%s", p.name, err, p.text())
					}
					complete = complete || i == 0
					if i > 0 {
						running[i] = run(i)
					}
				default:
				}
			}
		}
		return complete
	}
	check := func() {
		if got := exports(t, out()); got != want {
			t.Fatalf("benchmark %d: exports differ:\n%s\nwant\n%s", benchmark, got, want)
		}
		t.Logf("benchmark %d is complete: exports are the same, %d bytes", benchmark, len(want))
		benchmark++
	}
	for round := 0; round < rounds; {
		if next(time.Now().Add(time.Duration(rand.Int64N(int64(3 * time.Second))))) {
			check()
			running[0] = run(0)
			continue
		}
		victim := rand.IntN(3)
		running[victim].kill()
		kills[victim]++
		round++
		t.Logf("kill %d: %s, with %d of %d images of benchmark %d", round, running[victim].name, computedIn(out()), 20*(len(cells)+1), benchmark)
		running[victim] = run(victim)
	}
	for begin := time.Now(); !next(time.Now().Add(time.Second)); {
		if time.Since(begin) > limit {
			t.Fatalf("the last benchmark is not completed: %d images\n%s", computedIn(out()), running[0].text())
		}
	}
	check()
	t.Logf("killed: the server %d times, workers %d and %d times; %d benchmarks", kills[0], kills[1], kills[2], benchmark)
}
