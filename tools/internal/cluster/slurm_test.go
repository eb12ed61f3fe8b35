package cluster

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"steady/tools/internal/usage"
)

// spec writes a spec file in a folder whose name needs quotes, which becomes the working directory.
func spec(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), `it's a "folder" of $HOME`)
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	const name = "a 'spec'.yaml"
	if err := os.WriteFile(name, []byte("models: fashion-standard\ncells: clean\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

// The scripts call the command with the words that they were made of, whatever is in these.
func TestSlurmScripts(t *testing.T) {
	name := spec(t)
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("im'ages", 0o777); err != nil {
		t.Fatal(err)
	}
	for _, stage := range []string{"", "im'ages/", "../" + filepath.Base(here) + "/im'ages"} {
		s := Slurm{Spec: name, Run: []string{"--backend", "webgpu", "--model", "a b.onnx"}, Folder: "sh'ar%ds/", Shards: 12, CPUs: 3, GPUs: 2,
			Time: "1-00:00:00", Options: []string{"--partition=gpu", "--account=me"}, Stage: stage}
		s.plan.Force = true
		w, err := s.Write()
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(w.Files[0])
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		for _, line := range []string{"#SBATCH --array=0-11", "#SBATCH --cpus-per-task=3", "#SBATCH --gres=gpu:2", "#SBATCH --time=1-00:00:00",
			"#SBATCH --requeue", "#SBATCH --open-mode=append", "#SBATCH --partition=gpu", "#SBATCH --account=me",
			`#SBATCH '--output=` + strings.ReplaceAll(here, "'", `'\''`) + `/sh'\''ar%%ds/logs/%a.txt'`} {
			if !strings.Contains(text, line+"\n") {
				t.Errorf("%s\nwithout %s", text, line)
			}
		}
		// As a shell runs it, with the command replaced by one that prints its words.
		got := call(t, strings.ReplaceAll(text, program, "words"))
		want := []string{"bench", "run", name, "--shard", "slurm/12", "--out", filepath.Join(here, "sh'ar%ds") + "/", "--journal", "delete", "--threads", "3",
			"--backend", "webgpu", "--model", "a b.onnx"}
		if stage != "" {
			if len(got) != len(want)+2 || got[len(want)] != "--data" || filepath.Base(got[len(want)+1]) != "im'ages" {
				t.Fatalf("%q", got)
			}
			if _, err := os.Stat(filepath.Dir(got[len(want)+1])); err == nil {
				t.Errorf("%s is left", got[len(want)+1])
			}
			got = got[:len(want)]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		if b, err = os.ReadFile(w.Files[1]); err != nil {
			t.Fatal(err)
		}
		want = []string{"bench", "merge", filepath.Join(here, "sh'ar%ds", "merged.db"), filepath.Join(here, "sh'ar%ds") + "/",
			"bench", "status", "--exit-code", filepath.Join(here, "sh'ar%ds") + "/"}
		if got := call(t, strings.ReplaceAll(string(b), program, "words")); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		if strings.Contains(string(b), "--gres") || !strings.Contains(string(b), "#SBATCH --account=me\n") {
			t.Errorf("%s", b)
		}
	}
}

// call has a shell run a script in which words is a command that prints its arguments, and returns these.
func call(t *testing.T, script string) []string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "words"), []byte("#!/bin/sh\nprintf '%s\\n' \"$@\"\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("bash", "-s")
	c.Stdin = strings.NewReader(script)
	c.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "TMPDIR="+dir)
	c.Dir = dir
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, script, out)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

func TestSlurmRefuses(t *testing.T) {
	name := spec(t)
	t.Setenv("PATH", t.TempDir()) // no scontrol
	if err := os.WriteFile("a.yaml", []byte("models: fashion-standard\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("a\nb.yaml", []byte("models: [fashion-standard]\nsuites: [quick]\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("sub", 0o777); err != nil {
		t.Fatal(err)
	}
	for says, change := range map[string]func(*Slurm){
		"spec none.yaml: file does not exist":                    func(s *Slurm) { s.Spec = "none.yaml" },
		"a.yaml:1: ":                                             func(s *Slurm) { s.Spec = "a.yaml" },
		"--shards 0: want 1 to 10000":                            func(s *Slurm) { s.Shards = 0 },
		"--shards 1002: an array has 1001 tasks at most (MaxArr": func(s *Slurm) { s.Shards = 1002 },
		"--cpus 0: want 1 to":                                    func(s *Slurm) { s.CPUs = 0 },
		"--gpus -1: want 0 to":                                   func(s *Slurm) { s.GPUs = -1 },
		"--gpus 1, and nothing that uses a GPU":                  func(s *Slurm) { s.GPUs = 1 },
		"--shard: that is given by the scheduler":                func(s *Slurm) { s.Run = []string{"--shard=1/2"} },
		"--out: that is given by the scheduler":                  func(s *Slurm) { s.Run = []string{"--out", "x.db"} },
		"--stage: there is no none":                              func(s *Slurm) { s.Stage = "none" },
		"--stage ..: that has no name":                           func(s *Slurm) { s.Stage = ".." },
		"--stage ../..: that has no name":                        func(s *Slurm) { s.Stage = "../.." },
		"--stage sub/../..: that has no name":                    func(s *Slurm) { s.Stage = "sub/../.." },
		"--stage /: that has no name":                            func(s *Slurm) { s.Stage = "/" },
		"--data is there too":                                    func(s *Slurm) { s.Stage, s.Run = name, []string{"--data", "x"} },
		"--sbatch partition: want an option of sbatch":           func(s *Slurm) { s.Options = []string{"partition"} },
		"want an option of sbatch, of one line":                  func(s *Slurm) { s.Options = []string{"--a\nrm -rf /"} },
		"want one without backslashes and line breaks":           func(s *Slurm) { s.Folder = `a\b` },
		`"a\nb.yaml": sbatch takes no such name for a job`:       func(s *Slurm) { s.Spec = "a\nb.yaml" },
		"sbatch cannot be called":                                func(s *Slurm) { s.Submit = true },
	} {
		s := Slurm{Spec: name, Folder: "out/", Shards: 8, CPUs: 1}
		s.plan.Force = true
		change(&s)
		_, err := s.Write()
		var typed usage.Error
		if err == nil || !strings.Contains(err.Error(), says) || !errors.As(err, &typed) && !s.Submit {
			t.Errorf("%v, want an error with %q", err, says)
		}
	}
	s := Slurm{Spec: name, Folder: "out/", Shards: 8, CPUs: 1}
	if _, err := s.Write(); err == nil || !strings.Contains(err.Error(), "--force") {
		t.Errorf("scripts that exist are replaced: %v", err)
	}
}

// The old name of --backend says what uses a GPU, and the script passes it on.
func TestOldBackendFlag(t *testing.T) {
	name := spec(t)
	for _, run := range [][]string{{"--engine", "webgpu"}, {"--engine=webgpu"}} {
		s := Slurm{Spec: name, Run: run, Folder: "out/", Shards: 8, CPUs: 1, GPUs: 1}
		s.plan.Force = true
		w, err := s.Write()
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(w.Files[0])
		if want := "--threads 1 " + strings.Join(run, " ") + "\n"; err != nil || !strings.Contains(string(b), want) {
			t.Errorf("%v, %s\nwithout %s", err, b, want)
		}
	}
}

func TestArraySize(t *testing.T) {
	if n, ok := arraySize("ClusterName = a\nMaxArraySize            = 5001\nMaxJobCount = 3\n"); n != 5001 || !ok {
		t.Errorf("%d, %v", n, ok)
	}
	if n, ok := arraySize("MaxArraySize = many\n"); ok {
		t.Errorf("%d", n)
	}
}
