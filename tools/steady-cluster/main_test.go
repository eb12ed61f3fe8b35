package main

import (
	"bytes"
	"strings"
	"testing"
)

// Mistakes in a command end with 2, with what would be right.
func TestExitCodes(t *testing.T) {
	t.Setenv("STEADY_TOKEN", "")
	for _, c := range []struct {
		args string
		exit int
		says string
	}{
		{"--version", exitOK, "steady-cluster "},
		{"serve --help", exitOK, "--token-file"},
		{"work --help", exitOK, "--tls-ca"},
		{"", exitUsage, "missing command; one of serve, work"},
		{"sevre", exitUsage, "unknown command"},
		{"work", exitUsage, "accepts 1 arg"},
		{"serve --listen :0", exitUsage, "wants a token"},
		{"serve --patience 1ms", exitUsage, "want 1s to 24h"},
		{"work http://x", exitUsage, "want the address that the server says"},
		{"work 127.0.0.1:1 --wait 0s", exitFailure, "the server is away"},
	} {
		var stdout, stderr bytes.Buffer
		exit := run(t.Context(), strings.Fields(c.args), &stdout, &stderr)
		if text := stdout.String() + stderr.String(); exit != c.exit || !strings.Contains(text, c.says) {
			t.Errorf("%q: exit code %d, want %d and %q:\n%s", c.args, exit, c.exit, c.says, text)
		}
	}
}
