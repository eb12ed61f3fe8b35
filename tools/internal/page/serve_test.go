package page

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// serveBig serves a file that no buffer of a connection holds, and returns the address and what Serve returns.
func serveBig(t *testing.T, ctx context.Context, limits timeouts) (address string, size int64, ended chan error) {
	t.Helper()
	dir := t.TempDir()
	size = 64 << 20
	f, err := os.Create(filepath.Join(dir, "big.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	f.Close()
	s, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended = make(chan error, 1)
	go func() {
		ended <- s.serve(ctx, l, limits)
		s.Close()
	}()
	return l.Addr().String(), size, ended
}

// A download that goes on when serving ends is finished, though it takes longer than the timeout of a piece; one that has
// stopped ends with the grace.
func TestGrace(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	address, size, ended := serveBig(t, ctx, timeouts{time.Minute, time.Minute, time.Minute, time.Minute})
	resp, err := http.Get("http://" + address + "/big.onnx")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	cancel()
	select {
	case <-ended:
		t.Error("serving ended before the download")
	case <-time.After(50 * time.Millisecond):
	}
	if n, err := io.Copy(io.Discard, resp.Body); n != size || err != nil {
		t.Errorf("%d of %d bytes, %v", n, size, err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}

	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	address, _, ended = serveBig(t, ctx, timeouts{time.Minute, time.Minute, time.Minute, 50 * time.Millisecond})
	resp, err = http.Get("http://" + address + "/big.onnx")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	cancel()
	if err := <-ended; err != nil { // or it would never end
		t.Error(err)
	}
}

// A client that takes nothing loses its connection; one that is slow but goes on gets all.
func TestWriteTimeout(t *testing.T) {
	connect := func(address string) (net.Conn, *http.Response) {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(c, "GET /big.onnx HTTP/1.1\r\nHost: x\r\n\r\n")
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		return c, resp
	}
	const short = 200 * time.Millisecond
	address, _, _ := serveBig(t, t.Context(), timeouts{time.Minute, short, time.Minute, 0})
	c, resp := connect(address)
	defer c.Close()
	time.Sleep(10 * short)
	if n, err := io.Copy(io.Discard, resp.Body); err == nil {
		t.Errorf("a client that took nothing for %v got all %d bytes", 10*short, n)
	}

	// The whole takes longer than the time for a piece, and no piece nearly as long, on a busy machine either.
	const long = 2 * time.Second
	address, size, _ := serveBig(t, t.Context(), timeouts{time.Minute, long, time.Minute, 0})
	c, resp = connect(address)
	defer c.Close()
	const pieces = 20
	var got int64
	for err := error(nil); err == nil; {
		var n int64
		n, err = io.CopyN(io.Discard, resp.Body, size/pieces)
		got += n
		time.Sleep(long * 5 / 4 / pieces)
	}
	if got != size {
		t.Errorf("a slow client got %d of %d bytes", got, size)
	}
}
