package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

// traced is an event of a trace. Times are in microseconds: when it began, how long it took, and the thread's processor time of it.
type traced struct {
	Name    string
	Phase   string  `json:"ph"`
	Process int     `json:"pid"`
	Thread  int     `json:"tid"`
	Start   float64 `json:"ts"`
	Took    float64 `json:"dur"`
	CPU     float64 `json:"tdur"`
	Args    struct {
		Data struct {
			Message, FunctionName, URL, Type string
			LineNumber, ColumnNumber         int
		}
	}
}

// trace runs do, and returns what the page's main thread did meanwhile.
func (b *tab) trace(do func()) []traced {
	b.Helper()
	var mu sync.Mutex
	var parts []json.RawMessage
	complete := make(chan bool, 1)
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	must(b, chromedp.Listen(ctx, func(e any) {
		switch e := e.(type) {
		case *tracing.EventDataCollected:
			mu.Lock()
			for _, v := range e.Value {
				parts = append(parts, json.RawMessage(v))
			}
			mu.Unlock()
		case *tracing.EventTracingComplete:
			complete <- e.DataLossOccurred
		}
	}))
	call(b, tracing.Start, tracing.StartParams{
		TransferMode: tracing.StartTransferModeReportEvents,
		TraceConfig:  &tracing.TraceConfig{RecordMode: tracing.TraceConfigRecordModeRecordUntilFull, IncludedCategories: []string{"toplevel", "devtools.timeline"}},
	})
	const mark = "this is the page"
	eval[bool](b, fmt.Sprintf(`(console.timeStamp(%q), true)`, mark))
	do()
	call(b, tracing.End, cdp.Empty{})
	select {
	case lost := <-complete:
		if lost {
			b.Fatal("the trace has lost events")
		}
	case <-time.After(patience):
		b.Fatal("the trace does not end")
	}
	mu.Lock()
	defer mu.Unlock()
	var all []traced
	for _, part := range parts {
		var e traced
		if json.Unmarshal(part, &e) == nil {
			all = append(all, e)
		}
	}
	at := slices.IndexFunc(all, func(e traced) bool { return e.Name == "TimeStamp" && e.Args.Data.Message == mark })
	if at < 0 {
		b.Fatal("the page is not in the trace")
	}
	page := all[at]
	all = slices.DeleteFunc(all, func(e traced) bool { return e.Process != page.Process || e.Thread != page.Thread || e.Phase != "X" })
	slices.SortFunc(all, func(x, y traced) int { return cmp.Compare(x.Start, y.Start) })
	return all
}

// longest says how many tasks a trace has, and of those with the most processor time what in them took it.
func longest(all []traced, most int) string {
	isTask := func(e traced) bool { return strings.HasSuffix(e.Name, "RunTask") }
	byTime := func(x, y traced) int { return cmp.Compare(y.CPU, x.CPU) }
	var tasks []traced
	for _, e := range all {
		if isTask(e) {
			tasks = append(tasks, e)
		}
	}
	slices.SortFunc(tasks, byTime)
	says := []string{fmt.Sprintf("%d tasks, of processor time", len(tasks))}
	for _, t := range tasks[:min(most, len(tasks))] {
		var within []traced
		for _, e := range all {
			if !isTask(e) && e.Start >= t.Start && e.Start+e.Took <= t.Start+t.Took && e.CPU > t.CPU/10 {
				within = append(within, e)
			}
		}
		slices.SortFunc(within, byTime)
		var parts []string
		for _, e := range within {
			parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %s", e.Name, e.Args.Data.FunctionName+e.Args.Data.Type))+fmt.Sprintf(" %.1f", e.CPU/1e3))
		}
		says = append(says, fmt.Sprintf("%.1f ms (%s)", t.CPU/1e3, strings.Join(parts, ", ")))
	}
	return strings.Join(says, "\n\t")
}
