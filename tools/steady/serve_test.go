package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// The command itself, from its printed address to its end.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.html"), []byte("<!doctype html>"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	read, write := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"serve", "--json", "--addr", "127.0.0.1:0", "--dir", dir}, write, io.Discard)
		write.Close()
	}()
	var at struct{ URL string }
	if err := json.NewDecoder(read).Decode(&at); err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, read)
	resp, err := http.Get(at.URL)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if string(body) != "<!doctype html>" {
		t.Errorf("%s gives %q", at.URL, body)
	}
	cancel()
	if c := <-code; c != exitOK {
		t.Errorf("exit code %d after Ctrl-C, want 0", c)
	}
}
