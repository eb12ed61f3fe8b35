package elastic

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestNamespaces has a server and a worker in two network namespaces, which stand for two machines, with a token and TLS. It
// takes root.
func TestNamespaces(t *testing.T) {
	server, worker := fmt.Sprint("steady-a", os.Getpid()), fmt.Sprint("steady-b", os.Getpid())
	ip := func(words ...string) {
		t.Helper()
		if out, err := exec.Command("ip", words...).CombinedOutput(); err != nil {
			t.Skipf("ip %s: %v %s", strings.Join(words, " "), err, out)
		}
	}
	for _, name := range []string{server, worker} {
		ip("netns", "add", name)
		t.Cleanup(func() { exec.Command("ip", "netns", "delete", name).Run() })
	}
	ip("link", "add", "va", "netns", server, "type", "veth", "peer", "name", "vb", "netns", worker)
	for _, at := range [][3]string{{server, "va", "10.99.0.1"}, {worker, "vb", "10.99.0.2"}} {
		ip("-n", at[0], "address", "add", at[2]+"/24", "dev", at[1])
		ip("-n", at[0], "link", "set", at[1], "up")
		ip("-n", at[0], "link", "set", "lo", "up")
	}
	within := func(name string) []string { return []string{"ip", "netns", "exec", name} }
	want := alone(t)
	cert, key := certificate(t, "10.99.0.1")
	dir := t.TempDir()
	token, out := filepath.Join(dir, "token"), filepath.Join(dir, "run.db")
	if err := os.WriteFile(token, []byte("a token for two machines"), 0o600); err != nil {
		t.Fatal(err)
	}
	a := start(t, within(server), "server", "the server", append([]string{"serve", "--out", out, "--listen", "10.99.0.1:4222", "--token-file", token,
		"--tls-cert", cert, "--tls-key", key}, measured()...)...)
	a.waitFor(t, "Workers: steady-cluster work tls://10.99.0.1:4222")
	// From the namespace of this test there is no way to the server.
	if other := start(t, nil, "worker", "one without a way", "work", "tls://10.99.0.1:4222", "--token-file", token, "--tls-ca", cert, "--wait", "1s",
		"--cache", filepath.Join(dir, "other")); other.waitEnd(t) == nil {
		t.Errorf("one without a way has worked:\n%s", other.text())
	}
	b := start(t, within(worker), "worker", "the worker", "work", "tls://10.99.0.1:4222", "--token-file", token, "--tls-ca", cert, "--cache", filepath.Join(dir, "cache"))
	if err := b.waitEnd(t); err != nil {
		t.Errorf("the worker: %v\n%s", err, b.text())
	}
	if err := a.waitEnd(t); err != nil {
		t.Errorf("the server: %v\n%s", err, a.text())
	}
	if got := exports(t, out); got != want {
		t.Errorf("exports differ:\n%s\nwant\n%s", got, want)
	}
	t.Logf("the worker in its namespace:\n%s", b.text())
}
