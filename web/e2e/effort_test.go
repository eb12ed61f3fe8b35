package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/cdproto/runtime"
)

// meter reads what a tab takes.
type meter struct{ *tab }

func newMeter(b *tab) meter {
	call(b, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks})
	return meter{b}
}

// tasks returns the processor time of all tasks of the page's main thread so far, in milliseconds.
func (m meter) tasks() float64 {
	m.Helper()
	for _, one := range call(m.tab, performance.GetMetrics, cdp.Empty{}).Metrics {
		if one.Name == "TaskDuration" {
			return 1000 * one.Value
		}
	}
	m.Fatal("the browser does not say what tasks take")
	return 0
}

// memory returns the used bytes of the page's heap after a collection, and the memory of the browser's renderers, which have the
// workers and their WebAssembly too; 0 where there is no /proc.
func (m meter) memory() (heap, renderers float64) {
	m.Helper()
	call(m.tab, heapprofiler.CollectGarbage, cdp.Empty{})
	heap = call(m.tab, runtime.GetHeapUsage, cdp.Empty{}).UsedSize
	lists, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, list := range lists {
		words, _ := os.ReadFile(list)
		if !strings.Contains(string(words), "--type=renderer") || !descends(filepath.Dir(list)) {
			continue
		}
		pages, _ := os.ReadFile(filepath.Join(filepath.Dir(list), "statm"))
		if fields := strings.Fields(string(pages)); len(fields) > 1 {
			n, _ := strconv.ParseFloat(fields[1], 64)
			renderers += n * float64(os.Getpagesize())
		}
	}
	return heap, renderers
}

// descends reports whether a process, by its folder in /proc, was started by this one or by what it has started.
func descends(process string) bool {
	for range 20 {
		stat, err := os.ReadFile(filepath.Join(process, "stat"))
		if err != nil {
			return false
		}
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if len(fields) < 2 || fields[1] == "0" {
			return false
		}
		if fields[1] == strconv.Itoa(os.Getpid()) {
			return true
		}
		process = filepath.Join("/proc", fields[1])
	}
	return false
}

// What the main thread has to do while a slider moves and an attack runs, in processor time, and whether attacks and galleries leave
// memory behind: STEADY_ROUNDS=100 go test -count=1 -timeout 3h -run Effort -v ./web/e2e
func TestEffort(t *testing.T) {
	rounds, _ := strconv.Atoi(os.Getenv("STEADY_ROUNDS"))
	if rounds < 1 {
		t.Skip("a measurement: STEADY_ROUNDS is not set")
	}
	m := newMeter(ready(t, setting{long: true}))
	// when changes something, and waits, frame by frame, until a condition holds.
	when := func(change, condition string) {
		t.Helper()
		eval[bool](m.tab, fmt.Sprintf(`new Promise((done) => {
			%s;
			const look = () => (%s ? done(true) : requestAnimationFrame(look));
			requestAnimationFrame(look);
		})`, change, condition))
	}
	move := func(i int) {
		severity := strconv.Itoa(1 + i%5)
		when(`const s = document.getElementById("severity"); s.value = `+severity+`; s.dispatchEvent(new Event("input", { bubbles: true })); s.dispatchEvent(new Event("change", { bubbles: true }))`,
			`location.hash.includes("severity=`+severity+`") || `+severity+` === 3 && !location.hash.includes("severity=")`)
	}
	attack := func(int) {
		when(`document.getElementById("attacked-foot").textContent = ""; document.getElementById("run").click()`,
			`document.getElementById("attacked-foot").textContent.includes("no pixel has changed")`)
	}
	gallery := func(i int) {
		when(`document.getElementById("gallery-open").click(); const g = document.getElementById("gallery-severity"); g.value = `+strconv.Itoa(1+i%5)+`; g.dispatchEvent(new Event("input", { bubbles: true }))`,
			`document.getElementById("gallery-list").getAttribute("aria-busy") === "false"`)
		when(`document.getElementById("gallery-close").click()`, `!document.getElementById("gallery").open`)
	}
	for _, c := range []struct {
		what string
		do   func(int)
	}{{"moves of the slider", move}, {"attacks", attack}, {"galleries", gallery}} {
		for i := range 3 { // what is loaded once
			c.do(i)
		}
		heap, all := m.memory()
		before, most := m.tasks(), 0.
		last := before
		for i := range rounds {
			c.do(i)
			now := m.tasks()
			last, most = now, max(most, now-last)
		}
		heapAfter, allAfter := m.memory()
		t.Logf("%d %s: the main thread took %.1f ms of processor time for each, in all its tasks together, at most %.1f; heap %.2f MB, then %.2f; renderers %.0f MB, then %.0f",
			rounds, c.what, (last-before)/float64(rounds), most, heap/1e6, heapAfter/1e6, all/1e6, allAfter/1e6)
		if grown := heapAfter - heap; grown > 2e6 {
			t.Errorf("%s: the page's heap has grown by %.1f MB", c.what, grown/1e6)
		}
		if grown := allAfter - all; grown > 100e6 {
			t.Errorf("%s: the renderers' memory has grown by %.0f MB", c.what, grown/1e6)
		}
	}
}
