package benchrun

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"steady/core/bench"
	"steady/tools/internal/store"
	"steady/tools/internal/usage"
)

func TestParseShard(t *testing.T) {
	array := func(id, count, low, high, step string) map[string]string {
		return map[string]string{slurmID: id, slurmCount: count, slurmMin: low, slurmMax: high, slurmStep: step}
	}
	without := func(m map[string]string, name string) map[string]string {
		delete(m, name)
		return m
	}
	whole := array("3", "8", "0", "7", "1")
	pod := map[string]string{kubernetes: "5"}
	for _, c := range []struct {
		text        string
		environment map[string]string
		shard, of   int
		wrong       string // part of the error
	}{
		{"", whole, 0, 0, ""}, // nothing is guessed
		{"2/4", whole, 2, 4, ""},
		{"0/1", nil, 0, 1, ""},
		{"slurm", whole, 3, 8, ""},
		{"slurm", array("4", "4", "1", "4", "1"), 3, 4, ""}, // --array=1-4
		{"slurm", array("9", "4", "3", "12", "3"), 2, 4, ""},
		{"slurm", without(array("3", "8", "0", "7", ""), slurmStep), 3, 8, ""},
		{"slurm", array("5", "1", "5", "5", "1"), 0, 1, ""},
		{"slurm/8", array("5", "2", "2", "5", "1"), 5, 8, ""}, // --array=2,5, of those of 8 that are missing
		{"slurm/8", map[string]string{slurmID: "0"}, 0, 8, ""},
		{"kubernetes/6", pod, 5, 6, ""},

		{"slurm", nil, 0, 0, "SLURM_ARRAY_TASK_COUNT is not set: want a task of sbatch --array"},
		{"slurm/8", nil, 0, 0, "SLURM_ARRAY_TASK_ID is not set: want a task of sbatch --array=0-7"},
		{"slurm", without(array("3", "8", "0", "7", "1"), slurmID), 0, 0, "SLURM_ARRAY_TASK_ID is not set"},
		{"slurm", without(array("3", "8", "0", "7", "1"), slurmMin), 0, 0, "SLURM_ARRAY_TASK_MIN is not set"},
		{"slurm", without(array("3", "8", "0", "7", "1"), slurmMax), 0, 0, "SLURM_ARRAY_TASK_MAX is not set"},
		{"slurm", array("3", "0", "0", "7", "1"), 0, 0, `SLURM_ARRAY_TASK_COUNT is "0": want 1 to 10000`},
		{"slurm", array("3", "-1", "0", "7", "1"), 0, 0, `SLURM_ARRAY_TASK_COUNT is "-1"`},
		{"slurm", array("x", "8", "0", "7", "1"), 0, 0, `SLURM_ARRAY_TASK_ID is "x": want 0 to`},
		{"slurm", array("", "8", "0", "7", "1"), 0, 0, `SLURM_ARRAY_TASK_ID is ""`},
		{"slurm", array("99999999999999999999", "8", "0", "7", "1"), 0, 0, `SLURM_ARRAY_TASK_ID is "99999999999999999999"`},
		{"slurm", array("3", "8", "0", "7", "0"), 0, 0, `SLURM_ARRAY_TASK_STEP is "0": want 1 to`},
		{"slurm", array("8", "8", "0", "7", "1"), 0, 0, "SLURM_ARRAY_TASK_ID is 8: want a task from 0 to 7 in steps of 1"},
		{"slurm", array("4", "4", "3", "12", "3"), 0, 0, "want a task from 3 to 12 in steps of 3"},
		{"slurm", array("0", "4", "1", "4", "1"), 0, 0, "want a task from 1 to 4"},
		{"slurm", array("5", "2", "2", "5", "1"), 0, 0, "the array has 2 tasks from 2 to 5, which is no whole one: want slurm/N"},
		{"slurm/8", array("8", "9", "0", "8", "1"), 0, 0, `SLURM_ARRAY_TASK_ID is "8": want 0 to 7, as in a task of sbatch --array=0-7`},
		{"slurm/0", whole, 0, 0, `"0" parts, want 1 to 10000`},
		{"slurm/x", whole, 0, 0, `"x" parts`},
		{"slurm/", whole, 0, 0, `"" parts`},
		{"slurm/08", whole, 0, 0, `"08" parts`},
		{"kubernetes", pod, 0, 0, "Kubernetes does not say of how many: want kubernetes/N"},
		{"kubernetes/5", pod, 0, 0, `JOB_COMPLETION_INDEX is "5": want 0 to 4, as in a pod of an Indexed Job with 5 completions`},
		{"kubernetes/6", nil, 0, 0, "JOB_COMPLETION_INDEX is not set"},
		{"kubernetes/6", map[string]string{kubernetes: "1.5"}, 0, 0, `JOB_COMPLETION_INDEX is "1.5"`},
		{"pbs/6", whole, 0, 0, "want I/N, a part from 0/N to (N-1)/N, or slurm, slurm/N or kubernetes/N"},
		{"1/20000", nil, 0, 0, `"20000" parts, want 1 to 10000`},
		{"1", nil, 0, 0, "want I/N"},
		{"2/2", nil, 0, 0, "want I/N"},
		{"+1/2", nil, 0, 0, "want I/N"},
		{"1/2/3", nil, 0, 0, `"2/3" parts`},
	} {
		look := func(name string) (string, bool) { v, ok := c.environment[name]; return v, ok }
		shard, of, err := parseShard(c.text, look)
		if c.wrong == "" {
			if err != nil || shard != c.shard || of != c.of {
				t.Errorf("%q in %v: %d of %d, %v, want %d of %d", c.text, c.environment, shard, of, err, c.shard, c.of)
			}
			continue
		}
		var typed usage.Error
		if !errors.As(err, &typed) || !strings.Contains(err.Error(), c.wrong) || !strings.HasPrefix(err.Error(), "--shard "+c.text+": ") {
			t.Errorf("%q in %v: %d of %d, %v, want an error with %q", c.text, c.environment, shard, of, err, c.wrong)
		}
	}
}

// What is missing of shards is named with the commands that compute that, and nothing else; once these have run, all is
// there.
func TestMissing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "the shards")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	of := func(out string) Options {
		o := options(out, io.Discard)
		o.Cells, o.Limit = []string{"fog{severity=1}", "fog{severity=5}", "pixelate{severity=3}", "gaussian_noise{severity=2}", "fgsm{eps=8/255}"}, 10
		return o
	}
	shard := func(text string) Options {
		o := of(dir + "/")
		o.Shard, o.Command, o.Journal = text, []string{"steady", "bench", "run", "a b.yaml", "--shard", text, "--out", dir + "/"}, "delete"
		return o
	}
	run := func(text string, stop bool) {
		t.Helper()
		ctx, o := t.Context(), shard(text)
		if stop {
			o.Progress = func(p bench.Progress) {
				if p.Done == 1 {
					panic("stopped") // as good as killed, once a cell is in the store
				}
			}
			defer func() {
				if recover() == nil {
					t.Error("the run was not stopped")
				}
				if err := os.Remove(filepath.Join(dir, "shard-2-of-4.db.lock")); err != nil && !os.IsNotExist(err) {
					t.Error(err)
				}
			}()
		}
		if _, err := Run(ctx, o); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(slurmID, "1")
	run("slurm/4", false)
	run("3/4", false)
	run("2/4", true)
	status, err := ReadStatus(dir)
	if err != nil {
		t.Fatal(err)
	}
	q := "'" + dir + "/'"
	want := &Missing{Images: status.Images - status.ImagesDone, Shards: []int{0, 2}, Commands: []string{
		"steady bench run 'a b.yaml' --shard 0/4 --out " + q, "steady bench run 'a b.yaml' --shard 2/4 --out " + q}}
	if !reflect.DeepEqual(status.Missing, want) || want.Images == 0 || len(status.Stores) != 3 {
		t.Errorf("%+v, want %+v", status.Missing, want)
	}
	var b strings.Builder
	status.Write(&b)
	for _, says := range []string{"shard-2-of-4.db: shard 2 of 4: 10 of 20 images\n", "2 of the 3 shards that are here are complete\n", "of shards 0,2\n", "\n  steady bench run 'a b.yaml' --shard 0/4 --out "} {
		if !strings.Contains(b.String(), says) {
			t.Errorf("%s\nwithout %q", b.String(), says)
		}
	}
	if err := status.CheckComplete(); err == nil || !strings.Contains(err.Error(), " of 60 images are missing") {
		t.Errorf("%v", err)
	}
	text, err := json.Marshal(status)
	if err != nil || !strings.Contains(string(text), `"shards":[{"number":1,"of":4,"images":`) || !strings.Contains(string(text), `"missing":{"images":`) {
		t.Errorf("%s, %v", text, err)
	}

	// From another folder, and where a script of Slurm's is beside the shards whose shards were begun by it.
	t.Chdir(t.TempDir())
	for _, id := range []string{"0", "2"} { // notes the command, and ends
		t.Setenv(slurmID, id)
		o := shard("slurm/4")
		if id == "0" {
			continue // nobody has begun it
		}
		s, err := store.Open(filepath.Join(dir, "shard-2-of-4.db"))
		if err != nil {
			t.Fatal(err)
		}
		parts, err := s.Shards()
		if err != nil || len(parts) != 1 {
			t.Fatalf("%+v, %v", parts, err)
		}
		parts[0].Command, parts[0].Folder = o.Command, here
		if err := errors.Join(s.AddShard(parts[0]), s.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if status, err = ReadStatus(dir); err != nil || len(status.Missing.Commands) != 2 || status.Missing.Commands[0] != "cd "+here+" && steady bench run 'a b.yaml' --shard 0/4 --out "+q {
		t.Errorf("%+v, %v", status.Missing, err)
	}
	write(t, filepath.Join(dir, ScriptName), "#!/bin/sh\n")
	if status, err = ReadStatus(dir); err != nil || !reflect.DeepEqual(status.Missing.Commands, []string{"sbatch --array=0,2 '" + dir + "/shards.sh'"}) {
		t.Errorf("%+v, %v", status.Missing, err)
	}

	t.Chdir(here)
	run("0/4", false)
	run("2/4", false)
	if status, err = ReadStatus(dir); err != nil || status.Missing.Images != 0 || status.CheckComplete() != nil || len(status.Missing.Commands) != 0 {
		t.Errorf("%+v, %v", status.Missing, err)
	}
	m, err := Merge(t.Context(), filepath.Join(dir, "merged.db"), []string{dir})
	if err != nil || m.Done != 6 || m.ImagesDone != 60 {
		t.Fatalf("%+v, %v", m, err)
	}
	if again, err := Merge(t.Context(), filepath.Join(dir, "merged.db"), []string{dir}); err != nil || again.Added != 0 || again.ImagesDone != 60 {
		t.Errorf("merging again: %+v, %v", again, err)
	}
	whole := of(filepath.Join(t.TempDir(), "whole.db"))
	if _, err := Run(t.Context(), whole); err != nil {
		t.Fatal(err)
	}
	if got, want := exports(t, m.Store), exports(t, whole.Out); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// The commands of files that were not named by their shards have other names for those that are not there yet.
func TestMissingNames(t *testing.T) {
	dir := t.TempDir()
	o := options(filepath.Join(dir, "part1.db"), io.Discard)
	o.Shard, o.Cells, o.Command = "1/2", []string{"fog{severity=1}"}, []string{"steady", "bench", "run", "--shard=1/2", "--out=" + filepath.Join(dir, "part1.db")}
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	status, err := ReadStatus(o.Out)
	if want := "steady bench run --shard=0/2 --out=" + filepath.Join(dir, "shard-0-of-2.db"); err != nil || len(status.Missing.Commands) != 1 || status.Missing.Commands[0] != want {
		t.Errorf("%+v, %v, want %s", status.Missing, err, want)
	}
	s, err := store.Open(o.Out)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.AddShard(store.Shard{Number: 5, Shards: math.MaxInt64}), s.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadStatus(o.Out); err == nil || !strings.Contains(err.Error(), "want 10000 at most") {
		t.Errorf("a shard of very many: %v", err)
	}
	// Not of a shard.
	o = options(filepath.Join(dir, "whole.db"), io.Discard)
	ctx := t.Context()
	o.Cells, o.Command = []string{"fog{severity=1}"}, []string{"steady", "bench", "run", "--cell", "fog{severity=1}"}
	if _, err := Run(ctx, o); err != nil {
		t.Fatal(err)
	}
	if status, err := ReadStatus(o.Out); err != nil || status.Missing.Images != 0 {
		t.Errorf("%+v, %v", status.Missing, err)
	}
	o.Journal = "none"
	if _, err := Run(ctx, o); err == nil || !strings.Contains(err.Error(), "--journal none: want wal or delete") {
		t.Errorf("%v", err)
	}
}

func TestRanges(t *testing.T) {
	for want, numbers := range map[string][]int{"": nil, "4": {4}, "0-2,4,6-7": {0, 1, 2, 4, 6, 7}} {
		if got := ranges(numbers); got != want {
			t.Errorf("%v: %s, want %s", numbers, got, want)
		}
	}
}
