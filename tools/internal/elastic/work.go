package elastic

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"steady/core/bench"
	"steady/core/dataset"
	"steady/core/elastic"
	"steady/core/exchange"
	"steady/core/phrase"
	"steady/core/revision"
	"steady/tools/internal/benchrun"
	"steady/tools/internal/console"
	"steady/tools/internal/model"
	"steady/tools/internal/progress"
	"steady/tools/internal/usage"
)

// WorkOptions are those of a worker.
type WorkOptions struct {
	URL       string
	TokenFile string
	CA        string // file of certificates to trust
	Cache     string // folder; "" for the user's
	Wait      time.Duration
	Backend   model.Backend
	Batch     int
	Messages  *console.Writer
	Begin     func() // called before the first task, from where on Ctrl-C may take longer
}

// Worked is what a worker has done.
type Worked struct {
	Tasks   int     `json:"tasks"`
	Images  int     `json:"images"` // an image counts once for each cell
	Seconds float64 `json:"seconds"`
}

// WriteText writes it.
func (w *Worked) WriteText(to io.Writer) {
	fmt.Fprintf(to, "computed %s, %d images, in %.1f s; the benchmark is done\n", phrase.Count(w.Tasks, "task"), w.Images, w.Seconds)
}

// Work computes tasks of a server until that says that all is done. If the context ends, it does so after the task under way,
// whose results are brought to the server; the error is a progress.Stopped.
func Work(ctx context.Context, o WorkOptions) (*Worked, error) {
	if err := o.Backend.Check(); err != nil {
		return nil, err
	}
	if o.Wait < 0 || o.Wait > 30*24*time.Hour {
		return nil, usage.Errorf("--wait %v: want 0s to 720h", o.Wait)
	}
	w := &worker{options: &o, done: &Worked{}}
	if err := w.setCache(); err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		host = "worker"
	}
	w.name = fmt.Sprintf("%.60s-%d-%.16s", host, os.Getpid(), rand.Text())
	if w.client, err = connect(ctx, &o, w.say); err != nil {
		return nil, err
	}
	defer w.client.nc.Close()
	var end context.CancelFunc
	w.serving, end = context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	if _, err := w.client.nc.Subscribe(subjectDone, func(*nats.Msg) { end() }); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(w.serving, cancel)()
	defer w.close()
	begin := time.Now()
	err = w.work(ctx)
	w.done.Seconds = time.Since(begin).Seconds()
	if w.serving.Err() != nil {
		err = nil
	}
	w.sign(elastic.Alive{Leaving: true})
	_ = w.client.nc.FlushTimeout(time.Second) // a server that is away need not know
	if errors.Is(err, context.Canceled) {
		return nil, progress.Stopped{Text: fmt.Sprintf("stopped after %s; the server has the results", phrase.Count(w.done.Tasks, "task"))}
	}
	return w.done, err
}

// worker is a worker at work.
type worker struct {
	options *WorkOptions
	cache   cache
	name    string
	client  *client
	serving context.Context // ends when the server says that all is done
	done    *Worked

	sum    string // of the plan that is open
	job    *benchrun.Job
	slices map[string]*exchange.Slice
}

func (w *worker) say(format string, args ...any) {
	fmt.Fprintf(w.options.Messages, format+"\n", args...)
}

func (w *worker) setCache() error {
	w.cache = cache{folder: w.options.Cache, load: w.load}
	if w.cache.folder != "" {
		return nil
	}
	folder, err := os.UserCacheDir()
	if err != nil {
		return usage.Errorf("there is no folder for what is loaded (%w): want --cache FOLDER", err)
	}
	w.cache.folder = filepath.Join(folder, "steady-cluster")
	return nil
}

func (w *worker) close() {
	if w.job != nil {
		w.job.Close()
		w.job = nil
	}
}

// idle is how long a worker waits, at most, before it asks again for a task.
const idle = 2 * time.Second

// work computes tasks until the server has none.
func (w *worker) work(ctx context.Context) error {
	for {
		welcome, err := w.hello(ctx)
		if err != nil || welcome.Done {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		patience := time.Duration(welcome.Patience * float64(time.Second))
		switch {
		case welcome.Plan != w.sum:
			err = w.open(ctx, welcome)
		case welcome.Task == nil:
			err = sleep(ctx, min(idle, patience/4))
		default:
			err = w.compute(patience, welcome.Task)
		}
		if err != nil {
			return err
		}
	}
}

// hello asks the server how things stand, and for a task.
func (w *worker) hello(ctx context.Context) (elastic.Welcome, error) {
	b, err := w.client.request(ctx, subjectHello, elastic.Hello{Protocol: elastic.Protocol, Version: bench.Version, Program: revision.Read().String(), Worker: w.name, Plan: w.sum})
	if err != nil {
		return elastic.Welcome{}, err
	}
	return elastic.Decode[elastic.Welcome](b)
}

// open makes what the server asks for ready to be computed.
func (w *worker) open(ctx context.Context, welcome elastic.Welcome) error {
	w.close()
	w.sum = ""
	var b bytes.Buffer
	if err := w.load(ctx, welcome.Plan, welcome.PlanSize, &b); err != nil {
		return err
	}
	plan, err := elastic.Decode[elastic.Plan](b.Bytes())
	if err != nil {
		return fmt.Errorf("what the server asks for: %w", err)
	}
	bar := progress.New(w.options.Messages, "files", len(plan.Files))
	folder, err := w.cache.prepare(ctx, welcome.Plan, &plan, bar)
	bar.End()
	if err != nil {
		return err
	}
	job, err := benchrun.Open(ctx, &benchrun.Options{Spec: filepath.Join(folder, specName), Backend: w.options.Backend, Batch: w.options.Batch, Messages: w.options.Messages,
		Read: dataset.Options{Coarse: plan.Read.Coarse, Severity: plan.Read.Severity, SkipDamaged: plan.Read.SkipDamaged, MaxPixels: plan.Read.MaxPixels}})
	if err != nil {
		return err
	}
	w.job = job
	if err := plan.Differs(job.Head()); err != nil {
		return err
	}
	if w.slices, err = elastic.Slices(plan.Head); err != nil {
		return err
	}
	w.sum = welcome.Plan
	w.say("The benchmark of %s: %s, %s; its files are in %s.", w.client.address, phrase.Count(len(plan.Head.Networks), "network"),
		phrase.Count(len(plan.Head.Asked), "perturbation"), folder)
	if w.options.Begin != nil {
		w.options.Begin()
	}
	return nil
}

// load writes what has a hash, as the server sends it.
func (w *worker) load(ctx context.Context, sum string, size int64, to io.Writer) error {
	h := sha256.New()
	for offset := int64(0); offset < size; {
		b, err := w.client.request(ctx, subjectFile, elastic.Chunk{SHA256: sum, Offset: offset})
		if err != nil {
			return err
		}
		if len(b) == 0 || int64(len(b)) > size-offset {
			return fmt.Errorf("the server sends %d bytes from %d on of a file of %d: it has changed there since the server has begun", len(b), offset, size)
		}
		h.Write(b)
		if _, err := to.Write(b); err != nil {
			return err
		}
		offset += int64(len(b))
	}
	if found := hex.EncodeToString(h.Sum(nil)); found != sum {
		return fmt.Errorf("what the server sends has the SHA-256 %s, not %s: the file has changed there since the server has begun", found, sum)
	}
	return nil
}

// compute computes a task and brings its results to the server, also if the worker is to end.
func (w *worker) compute(patience time.Duration, task *elastic.Task) error {
	part := &part{keys: map[string]bool{}}
	var first *exchange.Slice
	for _, key := range task.Keys {
		s := w.slices[key]
		if s == nil {
			return fmt.Errorf("the server has a task of a slice with the key %.12q, which nothing asks for", key)
		}
		if first == nil {
			first = s
		}
		if s.Perturbation != first.Perturbation || s.Cell.First != first.Cell.First || s.Cell.N != first.Cell.N {
			return errors.New("the server has a task of several perturbations or images: want one")
		}
		part.keys[key] = true
	}
	stop := w.keepAlive(patience)
	defer stop()
	taken(w.done.Tasks)
	begin := time.Now()
	if _, err := bench.Run(w.serving, part, w.job.Subjects, []bench.Perturbation{first.Cell.Perturbation}, w.job.Options); err != nil {
		return err
	}
	if len(part.lines) != len(task.Keys) {
		return fmt.Errorf("%d results of a task of %d slices", len(part.lines), len(task.Keys))
	}
	took := time.Since(begin)
	// If all is done meanwhile, the server needs no more of it.
	if err := w.bring(w.serving, part.lines); err != nil && w.serving.Err() == nil {
		return err
	}
	w.done.Tasks++
	w.done.Images += first.Cell.N * len(task.Keys)
	w.say("%s, images %d to %d, %s: %.1f s", first.Cell.Perturbation.Label(), first.Cell.First, first.Cell.First+first.Cell.N-1,
		phrase.Count(len(task.Keys), "network"), took.Seconds())
	return nil
}

// taken is called when a worker that has computed so many tasks has the next: tests wait in it.
var taken = func(tasks int) {}

// sign tells the server that the worker lives.
func (w *worker) sign(a elastic.Alive) {
	a.Worker = w.name
	_ = w.client.nc.Publish(subjectAlive, elastic.Encode(a))
}

// keepAlive says that the worker is alive until it is stopped, so that nobody else gets the task.
func (w *worker) keepAlive(patience time.Duration) (stop func()) {
	stopped := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		tick := time.NewTicker(patience / 4)
		defer tick.Stop()
		for {
			w.sign(elastic.Alive{Busy: true})
			select {
			case <-stopped:
				w.sign(elastic.Alive{})
				return
			case <-w.serving.Done(): // nobody waits for the task
				w.sign(elastic.Alive{Leaving: true})
				<-stopped
				return
			case <-tick.C:
			}
		}
	})
	return func() {
		close(stopped)
		group.Wait()
	}
}

// batch is about how many bytes of results go into a message.
const batch = 2 << 20

// bring brings results to the server, for which it waits.
func (w *worker) bring(ctx context.Context, lines []exchange.Line) error {
	for len(lines) > 0 {
		n, size := 0, 0
		for n < len(lines) && (n == 0 || size < batch) {
			size += 2*len(lines[n].Answers) + 2*len(lines[n].Identity) + 500
			n++
		}
		if _, err := w.client.request(ctx, subjectResults, elastic.Results{Worker: w.name, Lines: lines[:n]}); err != nil {
			return err
		}
		lines = lines[n:]
	}
	return nil
}

// part is a bench.Store that lacks the slices of a task, and takes their results as lines.
type part struct {
	keys  map[string]bool
	lines []exchange.Line
}

// Missing is that of a bench.Store.
func (p *part) Missing(cells []bench.Cell) (missing []bench.Cell, err error) {
	for _, c := range cells {
		if p.keys[c.Key().String()] {
			missing = append(missing, c)
		}
	}
	return missing, nil
}

// Put is that of a bench.Store.
func (p *part) Put(cells []bench.Cell, results []*bench.Result) error {
	for i, c := range cells {
		line, err := exchange.NewLine(c, results[i], "")
		if err != nil {
			return err
		}
		p.lines = append(p.lines, line)
	}
	return nil
}

// Fail is that of a bench.Store.
func (p *part) Fail(c bench.Cell, reason string) error {
	p.lines = append(p.lines, exchange.Failed(c, reason[:min(len(reason), 500)], ""))
	return nil
}

// Result is that of a bench.Store.
func (p *part) Result(bench.Cell) (*bench.Result, error) { return nil, bench.ErrNoResult }
