package shell

import (
	"os/exec"
	"strings"
	"testing"
)

// A shell reads back what was quoted.
func TestJoin(t *testing.T) {
	words := []string{"", "a", "a b", "it's", `"`, `\`, "$HOME", "`id`", "a\nb", "*", "~", "#x", "!", "fog{severity=3}", "-n", "ä", "a=b", "=ls", "&;|<>()", "\t", "--", "''"}
	for _, name := range []string{"sh", "bash", "dash", "zsh"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		out, err := exec.Command(path, "-c", "printf '[%s]' "+Join(words...)).Output()
		if want := "[" + strings.Join(words, "][") + "]"; err != nil || string(out) != want {
			t.Errorf("%s: %q, %v, want %q", name, out, err, want)
		}
	}
	if got := Join("steady", "bench", "run", "a/b.yaml", "--shard", "2/8"); got != "steady bench run a/b.yaml --shard 2/8" {
		t.Errorf("%s is quoted without need", got)
	}
}
