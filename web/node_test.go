package web

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// The tests of modules that need no browser are in TypeScript, in test, and run in Node.js.
func TestInNode(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("STEADY_PAGE") == "required" {
			t.Fatal("there is no Node.js: ./build.sh setup installs it")
		}
		t.Skip("THE PAGE'S MODULES ARE NOT TESTED: there is no Node.js (./build.sh setup installs it)")
	}
	sources, err := filepath.Glob("test/*.test.ts")
	if err != nil || len(sources) == 0 {
		t.Fatalf("no tests in test (%v)", err)
	}
	dir := t.TempDir()
	bundled := api.Build(api.BuildOptions{EntryPoints: sources, Outdir: dir, OutExtension: map[string]string{".js": ".mjs"},
		Bundle: true, Write: true, Platform: api.PlatformNode, Format: api.FormatESModule, Target: api.ES2022,
		Sourcemap: api.SourceMapInline, LogLevel: api.LogLevelWarning})
	if len(bundled.Errors) > 0 {
		t.Fatal("the tests cannot be bundled")
	}
	args := []string{"--enable-source-maps", "--test", "--test-reporter=tap"}
	for _, s := range sources {
		args = append(args, filepath.Join(dir, strings.TrimSuffix(filepath.Base(s), ".ts")+".mjs"))
	}
	out, err := exec.Command(node, args...).CombinedOutput()
	if err != nil {
		t.Errorf("node --test: %v\n%s", err, out)
	} else if !strings.Contains(string(out), "# pass ") || strings.Contains(string(out), "# pass 0\n") {
		t.Errorf("no test ran:\n%s", out)
	}
}
