package elastic

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"steady/core/bench"
	"steady/core/elastic"
	"steady/core/exchange"
	"steady/tools/internal/benchrun"
	"steady/tools/internal/console"
	"steady/tools/internal/model"
	"steady/tools/internal/progress"
)

// small are the options of a benchmark of two cells.
func small(t *testing.T, messages io.Writer) benchrun.Options {
	t.Helper()
	return benchrun.Options{Models: []string{"fashion-standard"}, Data: "fashion", Cells: []string{"fog{severity=1}"}, Limit: 5, Out: filepath.Join(t.TempDir(), "run.db"),
		Backend: model.Backend{Name: "cpu"}, Messages: console.NewWriter(messages)}
}

// serve serves a benchmark until the test ends or it is complete, and returns its address, and what waits for its end.
func serve(t *testing.T, o ServeOptions) (address string, wait func() (*Served, error)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	listening := make(chan string, 1)
	o.listening = func(address string) { listening <- address }
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.Patience == 0 {
		o.Patience = 5 * time.Second
	}
	var served *Served
	var err error
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		served, err = Serve(ctx, o)
	}()
	t.Cleanup(func() { cancel(); <-ended })
	select {
	case address = <-listening:
	case <-ended:
		t.Fatalf("the server has ended: %v", err)
	case <-time.After(limit):
		t.Fatal("the server does not listen")
	}
	return address, func() (*Served, error) {
		t.Helper()
		select {
		case <-ended:
		case <-time.After(limit):
			t.Fatal("the server does not end")
		}
		return served, err
	}
}

func work(t *testing.T, o WorkOptions) (*Worked, error) {
	t.Helper()
	if o.Cache == "" {
		o.Cache = t.TempDir()
	}
	if o.Messages == nil {
		o.Messages = console.NewWriter(io.Discard)
	}
	if o.Wait == 0 {
		o.Wait = limit
	}
	o.Backend.Name = "cpu"
	return Work(t.Context(), o)
}

// ask sends the server bytes, and returns what it answers.
func ask(t *testing.T, nc *nats.Conn, subject string, b []byte) (answer []byte, refused string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	m, err := nc.RequestWithContext(ctx, subject, b)
	if err != nil {
		t.Fatal(err)
	}
	return m.Data, m.Header.Get(errorHeader)
}

// What a worker may not say is refused, and changes nothing.
func TestRefused(t *testing.T) {
	address, wait := serve(t, ServeOptions{Run: small(t, io.Discard)})
	forbidden := make(chan error, 10)
	nc, err := nats.Connect(address, nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { forbidden <- err }))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	key := strings.Repeat("0a", 32)
	for _, c := range []struct {
		subject string
		message any
		says    string
	}{
		{subjectHello, elastic.Hello{Protocol: 9, Version: bench.Version, Worker: "w"}, "worker w is refused: it speaks version 9 of the protocol"},
		{subjectHello, elastic.Hello{Protocol: elastic.Protocol, Version: 99, Worker: "w"}, "it computes results of version 99"},
		{subjectHello, "nothing", "cannot unmarshal"},
		{subjectFile, elastic.Chunk{SHA256: key}, "no file of this benchmark has the SHA-256 " + key},
		{subjectFile, elastic.Chunk{SHA256: "../../etc/passwd"}, "is no SHA-256"},
		{subjectResults, elastic.Results{Worker: "w", Lines: []exchange.Line{{Key: key}}}, "the results are refused: nothing asks for one with the key \"0a0a"},
		{subjectResults, elastic.Results{Worker: "w"}, "0 results"},
	} {
		if _, refused := ask(t, nc, c.subject, elastic.Encode(c.message)); !strings.Contains(refused, c.says) {
			t.Errorf("%s %+v: %q, want %q", c.subject, c.message, refused, c.says)
		}
	}
	// Of the queue a worker reaches nothing, so that it can take, acknowledge or remove no task of another one.
	for _, subject := range []string{"$JS.API.STREAM.DELETE." + streamName, "$JS.API.STREAM.PURGE." + streamName, "$JS.API.STREAM.MSG.DELETE." + streamName,
		"$JS.API.CONSUMER.MSG.NEXT." + streamName + "." + consumer, "$JS.API.CONSUMER.INFO." + streamName + "." + consumer,
		"$JS.API.CONSUMER.DELETE." + streamName + "." + consumer, "$JS.ACK." + streamName + "." + consumer + ".1.1.1.0.0", subjectTask, subjectDone, "_INBOX.x", "$SYS.REQ.SERVER.PING"} {
		if err := errors.Join(nc.Publish(subject, nil), nc.Flush()); err != nil {
			t.Fatal(err)
		}
		checkForbidden(t, forbidden, "publish to "+subject)
	}
	for _, subject := range []string{">", "steady.>", subjectHello, subjectResults, subjectTask, "$JS.>", "$SYS.>"} {
		if _, err := nc.SubscribeSync(subject); err != nil {
			t.Fatal(err)
		}
		if err := nc.Flush(); err != nil {
			t.Fatal(err)
		}
		checkForbidden(t, forbidden, "subscribe to "+subject)
	}
	// Nor does the server say for a worker what that may not: here, its answer would be a task, which ends each worker that gets it.
	if err := errors.Join(nc.PublishRequest(subjectHello, subjectTask, []byte("nothing")), nc.Flush()); err != nil {
		t.Fatal(err)
	}
	if done, err := work(t, WorkOptions{URL: address}); err != nil || done.Images != 10 {
		t.Errorf("%+v, %v", done, err)
	}
	if r, err := wait(); err != nil || r.Done != 2 || len(r.ComputedBy) != 1 || r.ComputedBy[0].Images != 10 {
		t.Errorf("%+v, %v", r, err)
	}
}

// checkForbidden waits until the server has refused something.
func checkForbidden(t *testing.T, forbidden <-chan error, what string) {
	t.Helper()
	select {
	case err := <-forbidden:
		if !errors.Is(err, nats.ErrPermissionViolation) {
			t.Errorf("%s: %v", what, err)
		}
	case <-time.After(limit):
		t.Errorf("a worker may %s", what)
	}
}

// raw is a worker that says what a test has it say.
type raw struct {
	t    *testing.T
	nc   *nats.Conn
	name string
}

// asking is the message with which it asks for a task, once the plan is known.
func (r *raw) asking(plan string) []byte {
	return elastic.Encode(elastic.Hello{Protocol: elastic.Protocol, Version: bench.Version, Worker: r.name, Plan: plan})
}

// hello asks for a task.
func (r *raw) hello(plan string) elastic.Welcome {
	r.t.Helper()
	b, refused := ask(r.t, r.nc, subjectHello, r.asking(plan))
	w, err := elastic.Decode[elastic.Welcome](b)
	if err != nil || refused != "" {
		r.t.Fatal(err, refused)
	}
	return w
}

// A task goes to another worker when the one that has it leaves, asks for another one, or is silent; a worker that gives signs
// of life keeps its own, whatever others say.
func TestTasksReturn(t *testing.T) {
	address, wait := serve(t, ServeOptions{Run: small(t, io.Discard), Patience: 3 * time.Second})
	nc, err := nats.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	a, b := &raw{t, nc, "a"}, &raw{t, nc, "b"}
	plan := a.hello("").Plan
	if w := a.hello(strings.Repeat("0a", 32)); w.Task != nil {
		t.Error("a worker with another plan has a task")
	}
	first, second := a.hello(plan).Task, b.hello(plan).Task
	if first == nil || second == nil || reflect.DeepEqual(first, second) {
		t.Fatalf("two workers have %v and %v", first, second)
	}
	c := &raw{t, nc, "c"}
	// next has a worker ask until it has a task, while others say that they live.
	next := func(of *raw, living ...*raw) (task *elastic.Task) {
		t.Helper()
		for begin := time.Now(); task == nil; time.Sleep(50 * time.Millisecond) {
			if time.Since(begin) > limit {
				t.Fatal("no task returns")
			}
			for _, w := range living {
				if err := nc.Publish(subjectAlive, elastic.Encode(elastic.Alive{Worker: w.name, Busy: true})); err != nil {
					t.Fatal(err)
				}
			}
			task = of.hello(plan).Task
		}
		return task
	}
	if task := next(c, b); !reflect.DeepEqual(task, first) { // a is silent
		t.Errorf("the third worker has %v, want %v", task, first)
	}
	if err := nc.Publish(subjectAlive, elastic.Encode(elastic.Alive{Worker: "b", Leaving: true})); err != nil {
		t.Fatal(err)
	}
	if task := next(a, c); !reflect.DeepEqual(task, second) {
		t.Errorf("the first worker has %v, want %v", task, second)
	}
	// A task that workers take and never bring back is given up, and is not measured. They ask until the server ends: one that has
	// just given a task back may be told that there is none.
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for tick := time.Tick(5 * time.Millisecond); ; {
			_ = errors.Join(nc.Publish(subjectHello, a.asking(plan)), nc.Publish(subjectHello, c.asking(plan))) // the server may have ended
			select {
			case <-stop:
				return
			case <-tick:
			}
		}
	}()
	r, err := wait()
	if err != nil || r.Failed != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

// An address that is taken is said at once, with the reason, and nothing is made.
func TestListenTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	run := small(t, io.Discard)
	_, err = Serve(t.Context(), ServeOptions{Run: run, Listen: l.Addr().String(), Patience: time.Minute})
	if !errors.As(err, new(*net.OpError)) || !strings.Contains(err.Error(), "--listen "+l.Addr().String()) {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Dir(run.Out)); err != nil || len(left) > 0 {
		t.Errorf("%v were made, %v", left, err)
	}
}

// What a part of a file takes does not grow with the plan, of which there may be megabytes.
func TestChunkMemory(t *testing.T) {
	path, key := filepath.Join(t.TempDir(), "file"), strings.Repeat("0a", 32)
	if err := os.WriteFile(path, []byte("text"), 0o666); err != nil {
		t.Fatal(err)
	}
	v := &serving{files: map[string]string{key: path}, plan: make([]byte, 64<<20), hash: strings.Repeat("0b", 32)}
	for _, sum := range []string{key, v.hash} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		b, err := v.chunk(elastic.Encode(elastic.Chunk{SHA256: sum}))
		runtime.ReadMemStats(&after)
		if taken := after.TotalAlloc - before.TotalAlloc; err != nil || len(b) == 0 || taken > 16<<20 {
			t.Errorf("%.4s: %d bytes, %v, with %d bytes of memory", sum, len(b), err, taken)
		}
	}
}

// A server that other machines reach wants a token, and none stands on a command line.
func TestToken(t *testing.T) {
	t.Setenv(TokenVariable, "")
	dir := t.TempDir()
	right, wrong := filepath.Join(dir, "right"), filepath.Join(dir, "wrong")
	for file, text := range map[string]string{right: "0123456789abcdef0\n", wrong: "0123456789abcdef1\n", filepath.Join(dir, "short"): "0123"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		o    ServeOptions
		says string
	}{
		{ServeOptions{Listen: ":0"}, "wants a token"},
		{ServeOptions{Listen: "0.0.0.0:0"}, "wants a token"},
		{ServeOptions{Listen: "[::]:0"}, "wants a token"},
		{ServeOptions{Listen: "4222"}, "want HOST:PORT"},
		{ServeOptions{Listen: ":0", TokenFile: filepath.Join(dir, "short")}, "a token of 4 bytes, want 16 at least"},
		{ServeOptions{Listen: ":0", TokenFile: filepath.Join(dir, "none")}, "none"},
		{ServeOptions{Listen: ":0", Cert: "a"}, "belong together"},
	} {
		c.o.Run, c.o.Patience = small(t, io.Discard), time.Minute
		if _, err := Serve(t.Context(), c.o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v, want %q", c.o, err, c.says)
		}
	}
	var said bytes.Buffer
	address, wait := serve(t, ServeOptions{Run: small(t, &said), Listen: "0.0.0.0:0", TokenFile: right})
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	address = "127.0.0.1:" + port
	for _, c := range []struct{ url, token, says string }{
		{address, "", "wants a token"},
		{address, wrong, "does not take this token"},
		{"nats://worker:secret@" + address, right, "the URL has a token or a password in it"},
		{"http://" + address, right, "want the address that the server says"},
		{"127.0.0.1:99999", right, "want a port from 1 to 65535"},
	} {
		if _, err := work(t, WorkOptions{URL: c.url, TokenFile: c.token}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if _, err := work(t, WorkOptions{URL: address, TokenFile: right}); err != nil {
		t.Error(err)
	}
	if _, err := wait(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(said.String(), "Without --tls-cert") || strings.Contains(said.String(), "0123456789abcdef") {
		t.Errorf("the server says\n%s", said.String())
	}
}

// certificate writes a certificate for an address, and its key.
func certificate(t *testing.T, ip string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "steady"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.ParseIP(ip)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func TestTLS(t *testing.T) {
	cert, key := certificate(t, "127.0.0.1")
	address, wait := serve(t, ServeOptions{Run: small(t, io.Discard), Cert: cert, Key: key})
	for _, url := range []string{"tls://" + address, "nats://" + address} {
		if _, err := work(t, WorkOptions{URL: url}); err == nil || !strings.Contains(err.Error(), "--tls-ca") {
			t.Errorf("%s, a certificate that nobody trusts: %v", url, err)
		}
	}
	if _, err := work(t, WorkOptions{URL: "tls://" + address, CA: cert}); err != nil {
		t.Error(err)
	}
	if _, err := wait(); err != nil {
		t.Error(err)
	}
	address, _ = serve(t, ServeOptions{Run: small(t, io.Discard)})
	for _, o := range []WorkOptions{{URL: "tls://" + address}, {URL: address, CA: cert}} {
		if _, err := work(t, o); err == nil || !strings.Contains(err.Error(), "has no TLS") {
			t.Errorf("a server without TLS: %v", err)
		}
	}
}

// What is no server at all is said at once, without waiting for one.
func TestNoServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			io.WriteString(c, "SSH-2.0-OpenSSH\r\n")
			c.Close()
		}
	}()
	if _, err := work(t, WorkOptions{URL: l.Addr().String()}); err == nil || !strings.Contains(err.Error(), "is no steady-cluster") {
		t.Error(err)
	}
}

// files makes a folder with a spec that names files of every kind: a network with weights of its own file, images in folders
// with those to train on beside them, images that were corrupted before, and classes.
func files(t *testing.T) (spec string) {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, b []byte) {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, b, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	picture := func(gray int) []byte {
		m := image.NewNRGBA(image.Rect(0, 0, 8, 8))
		for i := range 64 {
			m.Set(i%8, i/8, color.NRGBA{uint8(gray + i), uint8(gray), uint8(3 * i), 255})
		}
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for _, name := range []string{"external.onnx", "external.onnx.data"} {
		b, err := os.ReadFile(filepath.Join("..", "..", "..", "core", "onnx", "testdata", "inputs", name))
		if err != nil {
			t.Fatal(err)
		}
		write("nets/"+name, b)
	}
	for i, class := range []string{"ant", "bee", "cat"} {
		write("set/train/"+class+"/0.png", picture(7*i))
		if class == "bee" { // classes are those to train on
			continue
		}
		for k, name := range []string{"x.png", "y.png"} {
			write("set/val/"+class+"/"+name, picture(40*i+10*k))
			for _, severity := range []string{"1", "2", "3", "4", "5"} {
				write("hazy/fog/"+severity+"/"+class+"/"+name, picture(100+20*i+10*k+len(severity)))
			}
		}
	}
	write("set/train/ant/not read.txt", []byte("x"))
	write("spec.yaml", []byte("models: {file: nets/external.onnx, name: net}\ndata: {path: set/val, resize: 8, crop: 8}\ncells: 'brightness{severity=2}'\ncorrupted: hazy\n"))
	return filepath.Join(dir, "spec.yaml")
}

// All that a spec names travels, each file once, and is found there as it was here.
func TestFilesTravel(t *testing.T) {
	spec := files(t)
	options := func() benchrun.Options {
		o := small(t, io.Discard)
		o.Models, o.Data, o.Cells, o.Limit, o.Spec = nil, "", nil, 0, spec
		return o
	}
	one := options()
	if _, err := benchrun.Run(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	var stored []string
	for round := range 3 {
		o := options()
		address, wait := serve(t, ServeOptions{Run: o})
		if _, err := work(t, WorkOptions{URL: address, Cache: cache}); err != nil {
			t.Fatal(err)
		}
		r, err := wait()
		if err != nil || r.Done != 7 {
			t.Fatalf("%+v, %v", r, err)
		}
		if got, want := exports(t, o.Out), exports(t, one.Out); got != want {
			t.Errorf("exports differ:\n%s\nwant\n%s", got, want)
		}
		names, err := filepath.Glob(filepath.Join(cache, "files", "*"))
		if err != nil || round > 0 && !reflect.DeepEqual(names, stored) {
			t.Errorf("round %d: %v, %v, were %v", round, names, err, stored)
		}
		if stored = names; len(stored) < 3 {
			t.Errorf("%d files", len(stored))
		}
		for _, name := range stored { // what somebody has changed is loaded again
			if err := os.WriteFile(name, []byte("damaged"), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		// What the server has only listed is there without its contents.
		listed, err := filepath.Glob(filepath.Join(cache, "benchmarks", "*", "data", "train", "ant", "0.png"))
		if err != nil || len(listed) != 1 {
			t.Fatalf("%v, %v", listed, err)
		}
		if info, err := os.Stat(listed[0]); err != nil || info.Size() != 0 {
			t.Errorf("%v, %v", info, err)
		}
	}
	// A file that changes while the server runs is not taken, and leaves nothing behind.
	o := options()
	address, _ := serve(t, ServeOptions{Run: o})
	path := filepath.Join(filepath.Dir(spec), "nets", "external.onnx.data")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-1] ^= 1
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
	cache = t.TempDir()
	if _, err := work(t, WorkOptions{URL: address, Cache: cache}); err == nil || !strings.Contains(err.Error(), "the file has changed there since the server has begun") {
		t.Error(err)
	}
	all, err := filepath.Glob(filepath.Join(cache, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range all {
		if f, err := hashFile(name); err == nil && f.SHA256 != filepath.Base(name) {
			t.Errorf("left is %s", name)
		}
	}
}

// A worker waits for a server that is not there yet, but not forever, and ends at once when it is told to.
func TestAway(t *testing.T) {
	address := freePort(t)
	if _, err := work(t, WorkOptions{URL: address, Wait: time.Millisecond}); !errors.Is(err, errAway) {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	o := WorkOptions{URL: address, Wait: time.Hour, Cache: t.TempDir(), Messages: console.NewWriter(io.Discard), Backend: model.Backend{Name: "cpu"}}
	if _, err := Work(ctx, o); !errors.Is(err, context.DeadlineExceeded) && !errors.As(err, new(progress.Stopped)) {
		t.Error(err)
	}
}

// The queue is for steady-cluster only: what everybody downloads stays without it.
func TestSteadyWithoutQueue(t *testing.T) {
	deps := func(program string) string {
		b, err := exec.Command("go", "list", "-deps", program).Output()
		if err != nil {
			t.Skip(err)
		}
		return string(b)
	}
	if !strings.Contains(deps("steady/tools/steady-cluster"), "nats-io/nats-server") {
		t.Error("steady-cluster has no queue")
	}
	for _, program := range []string{"steady/tools/steady", "steady/wasm/lab", "steady/tools/stage"} {
		if strings.Contains(deps(program), "nats-io") {
			t.Errorf("%s has a queue", program)
		}
	}
}
