package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
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

// memory is what a page has taken, in bytes.
type memory struct {
	heap      float64   // of the page, after a collection
	programs  []float64 // WebAssembly's memory in each worker, the first one's first; it never shrinks
	renderers float64   // of the browser's renderers, with their workers; 0 where there is no /proc
}

func (m memory) String() string {
	var programs []string
	for _, p := range m.programs {
		programs = append(programs, fmt.Sprintf("%.1f", p/1e6))
	}
	return fmt.Sprintf("heap %.2f MB, WebAssembly %s MB, renderers %.0f MB", m.heap/1e6, strings.Join(programs, " + "), m.renderers/1e6)
}

func (m meter) memory() (now memory) {
	m.Helper()
	call(m.tab, heapprofiler.CollectGarbage, cdp.Empty{})
	now.heap = call(m.tab, runtime.GetHeapUsage, cdp.Empty{}).UsedSize
	targets, err := chromedp.Targets(m.ctx)
	must(m.tab, err)
	for _, one := range targets {
		if one.Type != "worker" {
			continue
		}
		if first, bytes := m.program(one.TargetID); first {
			now.programs = slices.Insert(now.programs, 0, bytes)
		} else {
			now.programs = append(now.programs, bytes)
		}
	}
	lists, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, list := range lists {
		words, _ := os.ReadFile(list)
		if !strings.Contains(string(words), "--type=renderer") || !descends(filepath.Dir(list)) {
			continue
		}
		pages, _ := os.ReadFile(filepath.Join(filepath.Dir(list), "statm"))
		if fields := strings.Fields(string(pages)); len(fields) > 1 {
			n, _ := strconv.ParseFloat(fields[1], 64)
			now.renderers += n * float64(os.Getpagesize())
		}
	}
	return now
}

// program returns the size of a worker's WebAssembly memory, and whether it is the page's first worker.
func (m meter) program(worker target.ID) (first bool, bytes float64) {
	m.Helper()
	ctx, cancel := chromedp.NewContext(m.ctx, chromedp.WithTargetID(worker), chromedp.WithDetachOnCancel())
	defer cancel()
	must(m.tab, chromedp.Do(ctx))
	named, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: `name === "first"`, ReturnByValue: new(true)})
	must(m.tab, err)
	prototype, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: `WebAssembly.Memory.prototype`})
	must(m.tab, err)
	found, err := chromedp.Call(ctx, runtime.QueryObjects, runtime.QueryObjectsParams{PrototypeObjectID: prototype.Result.ObjectID})
	must(m.tab, err)
	size, err := chromedp.Call(ctx, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		FunctionDeclaration: `function () { return this.reduce((sum, m) => sum + m.buffer.byteLength, 0) }`, ObjectID: found.Objects.ObjectID, ReturnByValue: new(true),
	})
	must(m.tab, err)
	must(m.tab, json.Unmarshal(size.Result.Value, &bytes))
	return string(named.Result.Value) == "true", bytes
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

// rounds returns how often each thing is to be done, and skips what is only a measurement.
func rounds(t *testing.T) int {
	n, _ := strconv.Atoi(os.Getenv("STEADY_ROUNDS"))
	if n < 1 {
		t.Skip("a measurement: STEADY_ROUNDS is not set")
	}
	return n
}

// when changes something, and waits, frame by frame, until a condition holds.
func (b *tab) when(change, condition string) {
	b.Helper()
	eval[bool](b, fmt.Sprintf(`new Promise((done) => {
		%s;
		const look = () => (%s ? done(true) : requestAnimationFrame(look));
		requestAnimationFrame(look);
	})`, change, condition))
}

// What the main thread has to do while something goes on, in processor time, and whether it leaves memory behind:
//
//	STEADY_ROUNDS=100 go test -count=1 -timeout 3h -run Effort -v ./web/e2e
//
// Processor time is not that of a quiet machine: what runs beside takes caches and clock. So the longest task is logged, with what in
// it took the time, and nothing is asserted of it.
func TestEffort(t *testing.T) {
	rounds := rounds(t)
	m := newMeter(ready(t, setting{long: true}))
	move := func(i int) {
		severity := strconv.Itoa(1 + i%5)
		m.when(`const s = document.getElementById("severity"); s.value = `+severity+`; s.dispatchEvent(new Event("input", { bubbles: true })); s.dispatchEvent(new Event("change", { bubbles: true }))`,
			`location.hash.includes("severity=`+severity+`") || `+severity+` === 3 && !location.hash.includes("severity=")`)
	}
	attack := func(int) {
		m.when(`document.getElementById("attacked-foot").textContent = ""; document.getElementById("run").click()`,
			`document.getElementById("attacked-foot").textContent.includes("no pixel has changed")`)
	}
	gallery := func(i int) {
		m.when(`document.getElementById("gallery-open").click(); const g = document.getElementById("gallery-severity"); g.value = `+strconv.Itoa(1+i%5)+`; g.dispatchEvent(new Event("input", { bubbles: true }))`,
			`document.getElementById("gallery-list").getAttribute("aria-busy") === "false"`)
		m.when(`document.getElementById("gallery-close").click()`, `!document.getElementById("gallery").open`)
	}
	for _, c := range []struct {
		what string
		do   func(int)
	}{{"moves of the slider", move}, {"attacks", attack}, {"galleries", gallery}} {
		for i := range 3 { // what is loaded once
			c.do(i)
		}
		before, tasks := m.memory(), m.tasks()
		for i := range rounds {
			c.do(i)
		}
		tasks = m.tasks() - tasks
		after := m.memory()
		t.Logf("%d %s: the main thread took %.1f ms of processor time for each, in all its tasks together; %v, then %v", rounds, c.what, tasks/float64(rounds), before, after)
		if grown := after.heap - before.heap; grown > 2e6 {
			t.Errorf("%s: the page's heap has grown by %.1f MB", c.what, grown/1e6)
		}
		if grown := after.renderers - before.renderers; grown > 100e6 {
			t.Errorf("%s: the renderers' memory has grown by %.0f MB", c.what, grown/1e6)
		}
		t.Log(longest(m.trace(func() {
			for i := range min(rounds, tracedRounds) {
				c.do(i)
			}
		}), 3))
	}
}

const tracedRounds = 10 // a trace holds everything, and is parsed here

// The same of the other pages and of a presentation: the longest tasks only.
func TestEffortElsewhere(t *testing.T) {
	rounds := min(rounds(t), tracedRounds)
	t.Run("overlaps", func(t *testing.T) {
		b := open(t, setting{page: "overlap.html", before: measured(t, planted), long: true})
		b.wait(`document.getElementById("cover-says").textContent.includes("cover")`)
		place := eval[[]float64](b, `(() => { const r = document.querySelector("#map .back").getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; })()`)
		t.Logf("the pointer over the map: %s", longest(b.trace(func() {
			for i := range 20 * rounds {
				x, y := float64(i%40)/40, float64(i*7%41)/41
				call(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: "mouseMoved", X: place[0] + place[2]*x, Y: place[1] + min(place[3], 700)*y})
			}
		}), 3))
	})
	t.Run("evaluator", func(t *testing.T) {
		b := open(t, setting{page: "evaluate.html", hash: fmt.Sprintf("#suites=quick&limit=%d", 20*rounds), long: true})
		b.wait(`!document.getElementById("evaluate").disabled`)
		t.Logf("the evaluator: %s", longest(b.trace(func() {
			b.click("evaluate")
			b.waitFor(10*patience, `document.documentElement.dataset.evaluation === "done"`)
		}), 3))
	})
	for _, deck := range []string{"what-the-network-sees", "an-adversarial-example", "does-robustness-transfer", "which-corruptions-say-the-same"} {
		t.Run(deck, func(t *testing.T) {
			b := open(t, setting{hash: "#present=1&deck=" + deck, before: measured(t, planted), width: 1920, height: 1080, long: true})
			b.wait(`document.documentElement.dataset.scene === "1"`)
			t.Logf("scenes, next and previous: %s", longest(b.trace(func() {
				count := eval[int](b, `document.querySelectorAll(".lecture-dots li").length`)
				for i := 2; i <= count; i++ {
					b.press(kb.PageDown)
					if eval[bool](b, `document.documentElement.dataset.scene === "`+strconv.Itoa(i-1)+`"`) { // that was the answer
						b.press(kb.PageDown)
					}
					b.wait(`document.documentElement.dataset.scene === "` + strconv.Itoa(i) + `"`)
				}
				for i := count - 1; i > 0; i-- {
					b.press(kb.PageUp)
					b.wait(`document.documentElement.dataset.scene === "` + strconv.Itoa(i) + `"`)
				}
			}), 3))
		})
	}
}
