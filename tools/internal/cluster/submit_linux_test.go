package cluster

import (
	"os"
	"path/filepath"
	"testing"
)

// What sbatch complains of becomes one line, which names it once.
func TestSubmitRefused(t *testing.T) {
	dir := t.TempDir()
	script := "#!/bin/sh\necho 'sbatch: error: invalid partition specified: gpu' >&2\necho 'sbatch: error: Batch job submission failed' >&2\nexit 1\n"
	if err := os.WriteFile(filepath.Join(dir, "sbatch"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	if _, err := submit("array.sh", "merge.sh"); err == nil || err.Error() != "sbatch: invalid partition specified: gpu Batch job submission failed" {
		t.Error(err)
	}
}
