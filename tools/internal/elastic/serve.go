package elastic

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"steady/core/bench"
	"steady/core/elastic"
	"steady/core/parallel"
	"steady/core/phrase"
	"steady/core/report"
	"steady/core/revision"
	"steady/tools/internal/benchrun"
	"steady/tools/internal/progress"
	"steady/tools/internal/store"
	"steady/tools/internal/usage"
)

// ServeOptions are a benchmark, and how workers reach its server.
type ServeOptions struct {
	Run       benchrun.Options
	Listen    string // HOST:PORT
	TokenFile string
	Cert, Key string // files, for TLS
	Patience  time.Duration

	listening func(address string) // for tests
}

// Served is what a server has at its end.
type Served struct {
	*report.Report
	ComputedBy []benchrun.Computed `json:"computed_by"`
	Conflicts  []elastic.Conflict  `json:"conflicts"`
}

// farewell is how long, at least, a server that is done tells workers so, as long as there are some.
const farewell = 5 * time.Second

// Serve has workers compute what a benchmark's store lacks, until it lacks nothing, and tells them so. If the context ends before,
// it gives out no more tasks and waits for those under way; the error is a progress.Stopped.
func Serve(ctx context.Context, o ServeOptions) (r *Served, err error) {
	host, port, err := parseListen(o.Listen)
	if err != nil {
		return nil, err
	}
	secure, err := serverTLS(o.Cert, o.Key)
	if err != nil {
		return nil, err
	}
	token, err := readToken(o.TokenFile)
	if err != nil {
		return nil, err
	}
	say := func(format string, args ...any) { fmt.Fprintf(o.Run.Messages, format+"\n", args...) }
	if !isLoopback(host) {
		if token == "" {
			return nil, usage.Errorf("--listen %s: other machines reach it, so that it wants a token: --token-file FILE, or the variable %s", o.Listen, TokenVariable)
		}
		if secure == nil {
			say("Without --tls-cert and --tls-key, whoever can listen on the network can read the data and what stands for the token, and take part.")
		}
	}
	if o.Patience < time.Second || o.Patience > 24*time.Hour {
		return nil, usage.Errorf("--patience %v: want 1s to 24h", o.Patience)
	}
	if err := checkListen(host, port); err != nil { // before files are read, and a store made
		return nil, err
	}
	j, err := benchrun.Open(ctx, &o.Run)
	if err != nil {
		return nil, err
	}
	defer j.Close()
	s, err := j.OpenStore()
	if err != nil {
		return nil, err
	}
	closeStore := sync.OnceValue(s.Close)
	defer func() {
		if failed := closeStore(); !errors.Is(err, failed) {
			err = errors.Join(err, failed)
		}
	}()
	v := &serving{options: &o, say: say, job: j, store: s, closeStore: closeStore, workers: map[string]alive{}, lent: map[uint64]*lent{}, broken: make(chan error, 1), changed: make(chan struct{}, 1)}
	if v.ledger, err = elastic.NewLedger(s, j.Head(), bench.Parts(j.Subjects, j.Spec.Perturbations, j.Options)); err != nil {
		return nil, err
	}
	folder := s.Path() + ".queue"
	_, err = os.Stat(folder)
	v.killed = err == nil
	if !v.ledger.Complete() {
		if err := v.makePlan(ctx); err != nil {
			return nil, err
		}
	}
	if !v.ledger.Complete() || v.killed {
		v.queue, err = newQueue(ctx, queueOptions{host: host, port: port, token: token, tls: secure, folder: folder, patience: o.Patience})
		if err != nil {
			return nil, err
		}
		err = v.run(ctx)
		v.queue.close() // before the store
		if err == nil || errors.As(err, new(progress.Stopped)) {
			os.RemoveAll(folder)
		}
		if err != nil {
			return nil, err
		}
	}
	return v.served()
}

// serving is a server at work.
type serving struct {
	options    *ServeOptions
	say        func(format string, args ...any)
	job        *benchrun.Job
	store      *store.Store
	closeStore func() error
	ledger     *elastic.Ledger
	queue      *queue
	killed     bool          // a server before was, or has failed, so that workers may wait for this one
	began      time.Time     // to answer
	broken     chan error    // the store's
	changed    chan struct{} // something was computed

	files map[string]string // paths by hash
	plan  []byte
	hash  string // of the plan

	lock    sync.Mutex
	workers map[string]alive
	numbers []uint64         // of the tasks in the queue
	tasks   map[uint64]int   // by these
	lent    map[uint64]*lent // who has a task now: a worker that was silent has one no longer
	pausing bool
}

// alive is the last sign of life of a worker, and the task that it has from this server.
type alive struct {
	at   time.Time
	busy bool
	lent *lent
}

// makePlan reads all files for their hashes.
func (v *serving) makePlan(ctx context.Context) error {
	b, err := v.job.Bundle()
	if err != nil {
		return err
	}
	plan := elastic.Plan{Head: v.job.Head(), Grid: v.ledger.Grid(), Files: make([]elastic.File, len(b.Files)), Folders: b.Folders,
		Read: elastic.Read{Coarse: b.Read.Coarse, Severity: b.Read.Severity, SkipDamaged: b.Read.SkipDamaged, MaxPixels: b.Read.MaxPixels}}
	if plan.Spec, err = json.Marshal(b.Spec); err != nil {
		return err
	}
	bar := progress.New(v.options.Run.Messages, "files", len(b.Files))
	defer bar.End()
	var lock sync.Mutex
	v.files = map[string]string{}
	done := 0
	err = parallel.Try(ctx, len(b.Files), func(_, i int) error {
		f, err := hashFile(b.Files[i].Path)
		if err != nil {
			return err
		}
		lock.Lock()
		defer lock.Unlock()
		f.Name = b.Files[i].Name
		plan.Files[i], v.files[f.SHA256] = f, b.Files[i].Path
		done++
		bar.Set(done, "hashes for workers")
		return nil
	})
	if err != nil {
		return err
	}
	v.plan = elastic.Encode(plan)
	if _, err := elastic.Decode[elastic.Plan](v.plan); err != nil {
		return fmt.Errorf("workers could not read what is to be computed: %w", err)
	}
	sum := sha256.Sum256(v.plan)
	v.hash = hex.EncodeToString(sum[:])
	return nil
}

// hashFile returns the size and the hash of a file; of no path those of an empty one.
func hashFile(path string) (elastic.File, error) {
	h := sha256.New()
	var size int64
	if path != "" {
		f, err := os.Open(path)
		if err != nil {
			return elastic.File{}, err
		}
		defer f.Close()
		if size, err = io.Copy(h, f); err != nil {
			return elastic.File{}, err
		}
	}
	return elastic.File{Size: size, SHA256: hex.EncodeToString(h.Sum(nil))}, nil
}

// run serves until all is done, or the context ends.
func (v *serving) run(ctx context.Context) error {
	always := context.WithoutCancel(ctx)
	numbers, err := v.queue.publish(always, v.ledger.Tasks())
	if err != nil {
		return err
	}
	v.numbers, v.tasks = numbers, map[uint64]int{}
	for i, number := range numbers {
		v.tasks[number] = i
	}
	for subject, work := range map[string]func([]byte) ([]byte, error){subjectHello: v.hello, subjectFile: v.chunk, subjectResults: v.results} {
		if err := v.queue.answer(subject, work); err != nil {
			return err
		}
	}
	if _, err := v.queue.nc.Subscribe(subjectAlive, v.alive); err != nil {
		return err
	}
	if _, err := v.queue.nc.Subscribe("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES."+streamName+"."+consumer, v.giveUp); err != nil {
		return err
	}
	v.began = time.Now()
	v.announce()
	if v.options.Run.Begin != nil {
		v.options.Run.Begin()
	}
	if v.options.listening != nil {
		v.options.listening(v.queue.address())
	}
	show := newShower(v)
	defer show.end()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	ended := ctx.Done()
	for !v.ledger.Complete() {
		select {
		case err := <-v.broken:
			return err
		case <-ended:
			ended = nil
			v.say("Stopping after the tasks under way; a second Ctrl-C ends at once, and workers keep what they find for the next server.")
			v.lock.Lock()
			v.pausing = true
			v.lock.Unlock()
		case <-tick.C:
		case <-v.changed:
		}
		show.show()
		if _, busy := v.living(); ctx.Err() != nil && busy == 0 {
			show.end()
			p := v.ledger.Progress()
			return progress.Stopped{Text: fmt.Sprintf("stopped with %d of %d cells left; the same command goes on from there", p.Cells-p.Done, p.Stored+p.Cells)}
		}
	}
	v.sayFarewell(ctx)
	return nil
}

// announce says what there is to do, and for whom.
func (v *serving) announce() {
	if v.ledger.Complete() {
		v.say("All is computed, but the server before was killed, and workers may wait for it.")
		return
	}
	p := v.ledger.Progress()
	scheme := "nats"
	if v.options.Cert != "" {
		scheme = "tls"
	}
	v.say("%d images in %s to compute, beside %d that are there. Workers: steady-cluster work %s://%s", p.Images, phrase.Count(p.Cells, "cell"), p.Stored, scheme, v.queue.address())
}

// sayFarewell tells workers that all is done, until they have left or gave no sign of life for long enough to be gone. Those that
// wait for a server that was killed need as long to find this one.
func (v *serving) sayFarewell(ctx context.Context) {
	long := max(farewell, v.options.Patience)
	for begin, told := time.Now(), false; time.Since(begin) < long; {
		_ = v.queue.nc.Publish(subjectDone, nil)
		all, _ := v.living()
		if all == 0 && (!v.killed || time.Since(v.began) > long) {
			return
		}
		if !told && time.Since(begin) > 2*time.Second {
			told = true
			v.say("All is computed. Telling workers so, for up to %v; Ctrl-C ends this.", long)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// living returns how many workers have given a sign of life of late, and how many of them have a task.
func (v *serving) living() (all, busy int) {
	v.lock.Lock()
	defer v.lock.Unlock()
	for name, a := range v.workers {
		switch {
		case time.Since(a.at) > v.options.Patience:
			delete(v.workers, name)
		case a.busy:
			busy++
			fallthrough
		default:
			all++
		}
	}
	return all, busy
}

// hello answers a worker that asks to take part, or for more.
func (v *serving) hello(b []byte) ([]byte, error) {
	h, err := elastic.Decode[elastic.Hello](b)
	if err == nil {
		err = h.Refuse(revision.Read().String())
	}
	if err != nil {
		v.say("%v", err)
		return nil, err
	}
	if v.ledger.Complete() {
		v.lock.Lock()
		defer v.lock.Unlock()
		delete(v.workers, h.Worker)
		return elastic.Encode(elastic.Welcome{Done: true}), nil
	}
	v.lock.Lock()
	defer v.lock.Unlock()
	before, known := v.workers[h.Worker]
	if !known && len(v.workers) >= maxWorkers {
		return nil, fmt.Errorf("there are %d workers already, which is as many as one server takes", len(v.workers))
	}
	v.takeBack(before.lent)
	w := elastic.Welcome{Plan: v.hash, PlanSize: int64(len(v.plan)), Patience: v.options.Patience.Seconds()}
	now := alive{at: time.Now()}
	if h.Plan == v.hash && !v.pausing {
		if now.lent, err = v.queue.lend(); err != nil {
			v.broke(fmt.Errorf("the queue of tasks: %w", err))
			return nil, errEnding
		}
		if now.lent != nil {
			now.busy, w.Task, v.lent[now.lent.number] = true, &now.lent.task, now.lent
		}
	}
	v.workers[h.Worker] = now
	return elastic.Encode(w), nil
}

// takeBack lets others have a task that a worker has no longer.
func (v *serving) takeBack(l *lent) {
	if l != nil && v.lent[l.number] == l {
		delete(v.lent, l.number)
		l.giveBack()
	}
}

// maxWorkers is how many workers a server counts.
const maxWorkers = 10_000

// alive notes a sign of life.
func (v *serving) alive(m *nats.Msg) {
	a, err := elastic.Decode[elastic.Alive](m.Data)
	if err != nil {
		return
	}
	v.lock.Lock()
	defer v.lock.Unlock()
	before, known := v.workers[a.Worker]
	switch {
	case a.Leaving:
		v.takeBack(before.lent)
		delete(v.workers, a.Worker)
	// One that is not known has a task of the server before, or has just been told that all is done.
	case known || a.Busy && len(v.workers) < maxWorkers:
		if l := before.lent; a.Busy && l != nil && v.lent[l.number] == l {
			l.extend()
		}
		v.workers[a.Worker] = alive{time.Now(), a.Busy, before.lent}
	}
}

// chunk answers with a part of a file.
func (v *serving) chunk(b []byte) ([]byte, error) {
	c, err := elastic.Decode[elastic.Chunk](b)
	if err != nil {
		return nil, err
	}
	var from io.ReaderAt = bytes.NewReader(v.plan)
	if c.SHA256 != v.hash {
		path, ok := v.files[c.SHA256]
		if !ok || path == "" {
			return nil, fmt.Errorf("no file of this benchmark has the SHA-256 %s", c.SHA256)
		}
		f, err := os.Open(path)
		if err != nil {
			v.say("A worker asks for a file that is gone: %v", err)
			return nil, fmt.Errorf("the file with the SHA-256 %s is gone on the server", c.SHA256) // and its path none of the worker's business
		}
		defer f.Close()
		from = f
	}
	chunk := make([]byte, elastic.ChunkSize)
	n, err := from.ReadAt(chunk, c.Offset)
	if err != nil && !errors.Is(err, io.EOF) {
		v.say("A worker asks for a file that cannot be read: %v", err)
		return nil, fmt.Errorf("the file with the SHA-256 %s cannot be read on the server", c.SHA256)
	}
	return chunk[:n], nil
}

// results puts what a worker has found into the store.
func (v *serving) results(b []byte) ([]byte, error) {
	r, err := elastic.Decode[elastic.Results](b)
	if err != nil {
		v.say("A worker's results are refused: %v", err)
		return nil, err
	}
	finished, err := v.ledger.Take(r)
	if errors.Is(err, elastic.ErrRefused) {
		v.say("%v", err)
		return nil, err
	}
	if err != nil {
		v.broke(err)
		return nil, errEnding
	}
	for _, task := range finished {
		if err := v.remove(v.numbers[task]); err != nil {
			return nil, err
		}
	}
	select {
	case v.changed <- struct{}{}:
	default:
	}
	return nil, nil
}

// remove takes a task that is done out of the queue.
func (v *serving) remove(number uint64) error {
	v.lock.Lock()
	delete(v.lent, number)
	v.lock.Unlock()
	if err := v.queue.remove(context.Background(), number); err != nil {
		v.broke(err)
		return errEnding
	}
	return nil
}

// broke ends the server.
func (v *serving) broke(err error) {
	select {
	case v.broken <- err:
	default:
	}
}

// giveUp notes that a task was taken by many workers, none of which has brought it back.
func (v *serving) giveUp(m *nats.Msg) {
	var advisory struct {
		Number uint64 `json:"stream_seq"`
	}
	if err := json.Unmarshal(m.Data, &advisory); err != nil {
		return
	}
	task, ok := v.tasks[advisory.Number]
	if !ok {
		return
	}
	v.say("A task is given up: %d workers have taken it, and none has brought it back.", mostDeliveries)
	if err := v.ledger.GiveUp(task, fmt.Sprintf("%d workers have taken it, and none has brought it back", mostDeliveries)); err != nil {
		v.broke(err)
		return
	}
	_ = v.remove(advisory.Number) // its error ends the server
	select {
	case v.changed <- struct{}{}:
	default:
	}
}

// served returns what the store has.
func (v *serving) served() (*Served, error) {
	makers, err := v.store.Makers()
	if err != nil {
		return nil, err
	}
	path := v.store.Path()
	if err := v.closeStore(); err != nil {
		return nil, err
	}
	r := &Served{ComputedBy: []benchrun.Computed{}, Conflicts: v.ledger.Conflicts()}
	if r.Conflicts == nil {
		r.Conflicts = []elastic.Conflict{}
	}
	for _, m := range makers {
		r.ComputedBy = append(r.ComputedBy, benchrun.Computed(m))
	}
	r.Report, err = benchrun.Report(path, report.Options{})
	return r, err
}

// shownConflicts is how many conflicts are shown as text; JSON has them all.
const shownConflicts = 10

// WriteText writes the report, and who has computed what.
func (s *Served) WriteText(w io.Writer) {
	s.Report.WriteText(w)
	for _, c := range s.ComputedBy {
		fmt.Fprintf(w, "%d images on %s (%s)\n", c.Images, c.Backend, c.Machine)
	}
	if len(s.Conflicts) > 0 {
		fmt.Fprintf(w, "%d results came twice and differ; what came first is kept:\n", len(s.Conflicts))
	}
	for i, c := range s.Conflicts {
		if i == shownConflicts {
			fmt.Fprintf(w, "  and %d more (--json has all)\n", len(s.Conflicts)-i)
			break
		}
		fmt.Fprintf(w, "  %s, %s, images %d to %d: kept %d right on %s (%s), the other %d on %s (%s)\n", c.Network, c.Perturbation, c.First, c.First+c.Images-1,
			c.Kept.Right, c.Kept.Backend, c.Kept.Machine, c.Other.Right, c.Other.Backend, c.Other.Machine)
	}
}
