package cluster

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestContainer calls what the manifest has containers call, with the variables that Kubernetes sets and no others, in a root
// folder that has nothing but the command, as the image has. STEADY_CONTAINER names the command; it takes root.
func TestContainer(t *testing.T) {
	steady := os.Getenv("STEADY_CONTAINER")
	if steady == "" {
		t.Skip("STEADY_CONTAINER is not set")
	}
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, mount), 0o777); err != nil {
		t.Fatal(err)
	}
	const user = 65532 // as in the manifest
	if err := os.Chown(filepath.Join(root, mount), user, user); err != nil {
		t.Fatal(err)
	}
	copyFile(t, filepath.Join(root, "steady"), steady, 0o755)
	k := Kubernetes{Spec: "a 'spec' $(HOME).yaml", Run: []string{"--limit", "20"}, Image: "steady", Claim: "data", Results: "the shards", Shards: 3}
	if err := os.WriteFile(filepath.Join(root, mount, k.Spec), []byte("models: fashion-standard\ncells: ['fog{severity=3}', 'fgsm{eps=8/255}']\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	call := func(environment []string, words ...string) (string, error) {
		c := exec.Command("/steady", words...)
		c.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: user, Gid: user}}
		c.Dir, c.Env = mount, environment
		out, err := c.CombinedOutput()
		return string(out), err
	}
	must := func(environment []string, words ...string) {
		t.Helper()
		if out, err := call(environment, words...); err != nil {
			t.Fatalf("%q: %v\n%s", words, err, out)
		}
	}
	list := jobs(t, k.manifest())
	array, merge := list[0].Spec.Template.Spec, list[1].Spec.Template.Spec
	for _, index := range []string{"", "3", "x"} {
		environment := []string{"JOB_COMPLETION_INDEX=" + index}
		out, err := call(environment, array.Containers[0].words()...)
		if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 2 || !strings.Contains(out, fmt.Sprintf("JOB_COMPLETION_INDEX is %q: want 0 to 2", index)) {
			t.Errorf("index %q: %v\n%s", index, err, out)
		}
	}
	for pod := range 2 {
		must([]string{fmt.Sprintf("JOB_COMPLETION_INDEX=%d", pod)}, array.Containers[0].words()...)
	}
	must(nil, merge.InitContainers[0].words()...)
	if out, err := call(nil, merge.Containers[0].words()...); err == nil || !strings.Contains(out, "--shard 2/3 --out 'the shards/' --journal delete --limit 20\n") {
		t.Errorf("one is missing, and the merge says: %v\n%s", err, out)
	}
	must([]string{"JOB_COMPLETION_INDEX=2"}, array.Containers[0].words()...)
	must(nil, merge.InitContainers[0].words()...)
	must(nil, merge.Containers[0].words()...)
	must(nil, "bench", "run", k.Spec, "--limit", "20", "--out", "one.db")
	var exports [2]string
	for i, store := range []string{"one.db", "the shards/" + merged} {
		name := fmt.Sprintf("%d.csv", i)
		must(nil, "bench", "report", store, "--csv", name)
		b, err := os.ReadFile(filepath.Join(root, mount, name))
		if err != nil {
			t.Fatal(err)
		}
		exports[i] = string(b)
	}
	if exports[0] != exports[1] || strings.Count(exports[0], "\n") != 4 {
		t.Errorf("%s\nand in shards\n%s", exports[0], exports[1])
	}
	t.Logf("three pods in an empty root: exports of %d bytes, equal to one process's: %v", len(exports[0]), exports[0] == exports[1])
}

func copyFile(t *testing.T, to, from string, mode os.FileMode) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, mode)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}
