package e2e

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// firefox is a Firefox with one tab, driven by WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/).
type firefox struct {
	*testing.T
	ctx  context.Context
	conn *websocket.Conn
	tab  string // its browsing context

	mu      sync.Mutex
	waiting map[int]chan message // by the number of a command
	last    int
	broken  error    // why nothing comes any more
	console []string // errors and warnings
}

// message is an answer to a command, or an event.
type message struct {
	ID      int             `json:"id"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
}

// firefoxBinary finds the browser.
func firefoxBinary() (string, error) {
	for _, name := range []string{"firefox-esr", "firefox"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no Firefox here")
}

// startFirefox starts a Firefox with a profile of its own and these preferences, and ends it with the test.
func startFirefox(t *testing.T, binary string, preferences map[string]any) *firefox {
	t.Helper()
	profile := t.TempDir()
	var js strings.Builder
	for name, value := range preferences {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&js, "user_pref(%q, %s);\n", name, text)
	}
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(js.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	c := exec.CommandContext(ctx, binary, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0", "about:blank")
	c.Env = append(os.Environ(), "HOME="+profile, "MOZ_CRASHREPORTER_DISABLE=1")
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 10 * time.Second
	said, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		c.Wait()
		t.Logf("Firefox took %v of processors", c.ProcessState.UserTime()+c.ProcessState.SystemTime())
	})
	address := make(chan string, 1)
	go func() {
		listening := regexp.MustCompile(`WebDriver BiDi listening on (ws://\S+)`)
		defer close(address)
		for lines := bufio.NewScanner(said); lines.Scan(); {
			if found := listening.FindStringSubmatch(lines.Text()); found != nil {
				address <- found[1]
				break
			}
		}
		io.Copy(io.Discard, said) // else Firefox waits, once the pipe is full
	}()
	at, ok := <-address
	if !ok {
		t.Fatal("Firefox ended without saying where it listens")
	}
	conn, _, err := websocket.Dial(ctx, at+"/session", nil)
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(-1) // screenshots
	f := &firefox{T: t, ctx: ctx, conn: conn, waiting: map[int]chan message{}}
	t.Cleanup(func() { conn.CloseNow() })
	go f.receive()
	f.call("session.new", map[string]any{"capabilities": map[string]any{}}, nil)
	f.call("session.subscribe", map[string]any{"events": []string{"log.entryAdded"}}, nil)
	var tree struct{ Contexts []struct{ Context string } }
	f.call("browsingContext.getTree", map[string]any{}, &tree)
	if len(tree.Contexts) == 0 {
		t.Fatal("Firefox has no tab")
	}
	f.tab = tree.Contexts[0].Context
	return f
}

// receive takes what Firefox sends, until it sends no more.
func (f *firefox) receive() {
	for {
		var m message
		err := wsjson.Read(f.ctx, f.conn, &m)
		f.mu.Lock()
		switch {
		case err != nil:
			f.broken = err
			for _, answer := range f.waiting {
				close(answer)
			}
			f.mu.Unlock()
			return
		case m.Method == "log.entryAdded":
			var entry struct{ Level, Text string }
			if json.Unmarshal(m.Params, &entry) == nil && (entry.Level == "error" || entry.Level == "warn") {
				f.console = append(f.console, entry.Level+": "+entry.Text)
			}
		default:
			if answer := f.waiting[m.ID]; answer != nil {
				answer <- m
				delete(f.waiting, m.ID)
			}
		}
		f.mu.Unlock()
	}
}

// call runs a command and waits for its result.
func (f *firefox) call(method string, params, result any) {
	f.Helper()
	answer := make(chan message, 1)
	f.mu.Lock()
	if f.broken != nil {
		f.mu.Unlock()
		f.Fatalf("%s: %v", method, f.broken)
	}
	f.last++
	id := f.last
	f.waiting[id] = answer
	f.mu.Unlock()
	if err := wsjson.Write(f.ctx, f.conn, map[string]any{"id": id, "method": method, "params": params}); err != nil {
		f.Fatalf("%s: %v", method, err)
	}
	m, ok := <-answer
	if !ok {
		f.Fatalf("%s: Firefox does not answer any more: %v", method, f.broken)
	}
	if m.Error != "" {
		f.Fatalf("%s: %s: %s", method, m.Error, m.Message)
	}
	if result != nil {
		if err := json.Unmarshal(m.Result, result); err != nil {
			f.Fatalf("%s: %v", method, err)
		}
	}
}

// open sets the size of the tab and opens an address in it.
func (f *firefox) open(address string, width, height int) {
	f.Helper()
	f.call("browsingContext.setViewport", map[string]any{"context": f.tab, "viewport": map[string]int{"width": width, "height": height}}, nil)
	f.call("browsingContext.navigate", map[string]any{"context": f.tab, "url": address, "wait": "complete"}, nil)
}

// eval runs JavaScript in the page, and reads what it returns or promises into result.
func (f *firefox) eval(script string, result any) {
	f.Helper()
	var found struct {
		Type             string
		Result           struct{ Value string }
		ExceptionDetails struct{ Text string }
	}
	f.call("script.evaluate", map[string]any{
		"expression": "(async () => JSON.stringify((await (" + script + ")) ?? null))()",
		"target":     map[string]string{"context": f.tab}, "awaitPromise": true,
	}, &found)
	if found.Type != "success" {
		f.Fatalf("%s: %s", script, found.ExceptionDetails.Text)
	}
	if result != nil {
		if err := json.Unmarshal([]byte(found.Result.Value), result); err != nil {
			f.Fatalf("%s: %v", script, err)
		}
	}
}

// wait waits until a JavaScript expression is truthy.
func (f *firefox) wait(expression string) {
	f.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		var yes bool
		f.eval("!!("+expression+")", &yes)
		if yes {
			return
		}
		if time.Now().After(end) {
			f.Fatalf("in vain waited for %s\nconsole: %q", expression, f.said())
		}
	}
}

// said returns the errors and warnings of the console.
func (f *firefox) said() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string{}, f.console...)
}

// screenshot leaves a picture of the page in the folder $STEADY_SCREENSHOTS, if that is set.
func (f *firefox) screenshot(name string) {
	f.Helper()
	folder := os.Getenv("STEADY_SCREENSHOTS")
	if folder == "" {
		return
	}
	var shot struct{ Data string }
	f.call("browsingContext.captureScreenshot", map[string]any{"context": f.tab, "origin": "document"}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		f.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		f.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o666); err != nil {
		f.Fatal(err)
	}
}
