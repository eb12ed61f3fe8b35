package cluster

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"steady/tools/internal/benchrun"
	"steady/tools/internal/output"
	"steady/tools/internal/shell"
	"steady/tools/internal/usage"
)

// mergeScript is the file beside benchrun.ScriptName that merges the shards.
const mergeScript = "merge.sh"

// merged is the file of a folder of shards with what all have found.
const merged = "merged.db"

// Slurm is a benchmark that Slurm is to compute in shards.
type Slurm struct {
	Spec    string   // file
	Run     []string // more arguments of 'steady bench run'
	Folder  string   // of the shards and the scripts, which all machines see
	Shards  int
	CPUs    int      // of a task
	GPUs    int      // of a task
	Time    string   // most time for a task, as of sbatch --time; "" for the cluster's own
	Stage   string   // file or folder of the images, which each task copies to a disk of its machine; "" for none
	Options []string // more options of sbatch
	Submit  bool

	plan output.Plan
}

// AddFlags adds the flags.
func (s *Slurm) AddFlags(flags *pflag.FlagSet) {
	flags.StringVar(&s.Folder, "out", "shards/", "folder of the scripts, the shards and their logs, on a file system that all machines share")
	flags.IntVar(&s.Shards, "shards", 8, "number of parts, each a task of the array")
	flags.IntVar(&s.CPUs, "cpus", 4, "cores of a task")
	flags.IntVar(&s.GPUs, "gpus", 0, "GPUs of a task")
	flags.StringVar(&s.Time, "time", "", "most time for a task, as of sbatch (default: the cluster's)")
	flags.StringVar(&s.Stage, "stage", "", "images that each task copies to a disk of its machine, and takes as --data from there")
	flags.StringArrayVar(&s.Options, "sbatch", nil, "another option of sbatch, as in --sbatch=--partition=gpu; several times for several")
	flags.BoolVar(&s.Submit, "submit", false, "submit both jobs")
	s.plan.AddFlag(flags)
}

// Written is what was written, and submitted.
type Written struct {
	Files    []string `json:"files"`
	Jobs     []string `json:"jobs,omitempty"` // that were submitted: the array, and the merge after it
	Commands []string `json:"commands"`       // what comes next
}

// WriteText writes what was written as text.
func (w *Written) WriteText(to io.Writer) {
	for _, f := range w.Files {
		fmt.Fprintf(to, "wrote %s\n", f)
	}
	if len(w.Jobs) == 2 {
		fmt.Fprintf(to, "submitted job %s, and job %s to merge what it finds\n", w.Jobs[0], w.Jobs[1])
	}
	fmt.Fprintln(to, "next:")
	for _, c := range w.Commands {
		fmt.Fprintf(to, "  %s\n", c)
	}
}

// Write writes the scripts, and submits them if that is asked for.
func (s *Slurm) Write() (*Written, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(s.Folder)
	if err != nil {
		return nil, err
	}
	array, merge := filepath.Join(folder, benchrun.ScriptName), filepath.Join(folder, mergeScript)
	plan := s.plan
	plan.Input(s.Spec)
	plan.Output("--out", array, "")
	plan.Output("--out", merge, "")
	if err := plan.CheckFolder("--out", folder); err != nil {
		return nil, err
	}
	arrayText, mergeText, err := s.scripts(folder)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(folder, "logs"), 0o777); err != nil {
		return nil, err
	}
	w := &Written{Files: []string{array, merge}}
	for i, text := range []string{arrayText, mergeText} {
		if err := output.File(w.Files[i], func(to io.Writer) error { _, err := io.WriteString(to, text); return err }); err != nil {
			return nil, err
		}
	}
	status := shell.Join("steady", "bench", "status", folder+"/")
	if !s.Submit {
		w.Commands = []string{"job=$(sbatch --parsable " + shell.Quote(array) + ")", "sbatch --dependency=afterany:${job%;*} " + shell.Quote(merge), status}
		return w, nil
	}
	w.Commands = []string{status}
	w.Jobs, err = submit(array, merge)
	return w, err
}

// check returns an error if something makes no sense.
func (s *Slurm) check() error {
	if err := benchrun.CheckSpec(s.Spec, flagValues(s.Run, "--model")); err != nil {
		return err
	}
	for _, n := range []struct {
		flag               string
		value, least, most int
	}{{"--shards", s.Shards, 1, 10_000}, {"--cpus", s.CPUs, 1, 1_000}, {"--gpus", s.GPUs, 0, 64}} {
		if n.value < n.least || n.value > n.most {
			return usage.Errorf("%s %d: want %d to %d", n.flag, n.value, n.least, n.most)
		}
	}
	if s.Stage != "" {
		if _, err := os.Stat(s.Stage); err != nil {
			return usage.Errorf("--stage: there is no %s", s.Stage)
		}
		// Each task has it under its last name, which must not lead out of the folder that it is copied to.
		if base := filepath.Base(filepath.Clean(s.Stage)); base == ".." || base == string(filepath.Separator) {
			return usage.Errorf("--stage %s: that has no name under which it can be copied: want it with its name, as in /home/me/images", s.Stage)
		}
		if hasFlag(s.Run, "--data") {
			return usage.Errorf("--stage %s: --data is there too: want one or the other", s.Stage)
		}
	}
	for _, o := range append(s.Options, s.Time) {
		if strings.ContainsAny(o, "\n\r") {
			return usage.Errorf("%q: want an option of sbatch, of one line", o)
		}
	}
	for _, o := range s.Options {
		if !strings.HasPrefix(o, "-") {
			return usage.Errorf("--sbatch %s: want an option of sbatch, as in --sbatch=--partition=gpu", o)
		}
	}
	if folder, err := filepath.Abs(s.Folder); err != nil || strings.ContainsAny(folder, "\\\n\r") {
		return usage.Errorf("--out %q: sbatch takes no such name for a log: want one without backslashes and line breaks", folder)
	}
	if base := filepath.Base(s.Spec); strings.ContainsAny(base, "\\\n\r") {
		return usage.Errorf("%q: sbatch takes no such name for a job: want one without backslashes and line breaks", base)
	}
	if err := checkRun(s.Run, s.GPUs); err != nil {
		return err
	}
	return checkArray(s.Shards)
}

// ours are the arguments of 'steady bench run' that the files say themselves.
var ours = []string{"--shard", "--out", "--journal", "--threads"}

// checkRun returns an error if more arguments for 'steady bench run' do not go with a scheduler's.
func checkRun(run []string, gpus int) error {
	for _, flag := range ours {
		if hasFlag(run, flag) {
			return usage.Errorf("%s: that is given by the scheduler: leave it out", flag)
		}
	}
	if gpus > 0 && !hasFlag(run, "--backend") && !hasFlag(run, "--engine") { // its old name
		return usage.Errorf("--gpus %d, and nothing that uses a GPU: add -- --backend webgpu", gpus)
	}
	return nil
}

// hasFlag reports whether arguments have a flag.
func hasFlag(arguments []string, flag string) bool {
	for _, a := range arguments {
		if a == flag || strings.HasPrefix(a, flag+"=") {
			return true
		}
	}
	return false
}

// flagValues returns the values of a flag among arguments.
func flagValues(arguments []string, flag string) (values []string) {
	for i, a := range arguments {
		if value, ok := strings.CutPrefix(a, flag+"="); ok {
			values = append(values, value)
		} else if a == flag && i+1 < len(arguments) {
			values = append(values, arguments[i+1])
		}
	}
	return values
}

// scripts returns both scripts.
func (s *Slurm) scripts(folder string) (array, merge string, err error) {
	program, err := os.Executable()
	if err != nil {
		return "", "", err
	}
	here, err := os.Getwd()
	if err != nil {
		return "", "", err
	}
	name := "steady-" + strings.TrimSuffix(filepath.Base(s.Spec), filepath.Ext(s.Spec))
	begin := "#!/bin/bash\n"
	for _, o := range s.Options {
		begin += "#SBATCH " + o + "\n"
	}
	log := func(name string) string {
		return strings.ReplaceAll(filepath.Join(folder, "logs"), "%", "%%") + "/" + name
	}

	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	option := func(name, value string) { line("#SBATCH %s", shell.Quote(name+"="+value)) }
	b.WriteString(begin)
	option("--job-name", name)
	option("--array", fmt.Sprintf("0-%d", s.Shards-1))
	option("--nodes", "1")
	option("--ntasks", "1")
	option("--cpus-per-task", strconv.Itoa(s.CPUs))
	if s.GPUs > 0 {
		option("--gres", fmt.Sprintf("gpu:%d", s.GPUs))
	}
	if s.Time != "" {
		option("--time", s.Time)
	}
	line("#SBATCH --requeue")
	line("#SBATCH --open-mode=append")
	option("--output", log("%a.txt"))
	line("")
	line("# Task I of the array computes part I of %d. What it has computed before, it does not compute again: so a task that was", s.Shards)
	line("# pre-empted or killed goes on, and so does one that is submitted again, by itself as in: sbatch --array=2,5 %s", benchrun.ScriptName)
	line("set -euo pipefail")
	line("cd %s", shell.Quote(here))
	run := append([]string{program, "bench", "run", s.Spec, "--shard", fmt.Sprintf("slurm/%d", s.Shards), "--out", folder + "/", "--journal", "delete",
		"--threads", strconv.Itoa(s.CPUs)}, s.Run...)
	if s.Stage == "" {
		line("exec %s", shell.Join(run...))
	} else {
		line("")
		line("# The images are read from a disk of this machine.")
		line(`scratch=$(mktemp -d "${SLURM_TMPDIR:-${TMPDIR:-/tmp}}/steady-XXXXXX")`)
		line(`trap 'rm -rf "$scratch"' EXIT`)
		line(`cp -RL -- %s "$scratch/"`, shell.Quote(filepath.Clean(s.Stage)))
		line(`%s --data "$scratch"/%s`, shell.Join(run...), shell.Quote(filepath.Base(s.Stage)))
	}
	array = b.String()

	b.Reset()
	b.WriteString(begin)
	option("--job-name", name+"-merge")
	option("--ntasks", "1")
	line("#SBATCH --open-mode=append")
	option("--output", log("merge.txt"))
	line("")
	line("# Puts what the shards have found into one file, as often as wanted, and fails with what to do if something is missing.")
	line("set -euo pipefail")
	line("cd %s", shell.Quote(here))
	line("%s", shell.Join(program, "bench", "merge", filepath.Join(folder, merged), folder+"/"))
	line("%s", shell.Join(program, "bench", "status", "--exit-code", folder+"/"))
	return array, b.String(), nil
}
