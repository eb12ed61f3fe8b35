//go:build linux

package cluster

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"steady/tools/internal/benchrun"
)

// TestOnSlurm has a Slurm of this machine compute a benchmark as an array of eight tasks on two processors, requeues one task
// in the middle and kills another one, submits what is missing by the command that 'steady bench status' names, merges, and
// compares the exports with those of one process. STEADY_CLUSTER names the command to test, and says that all this can run
// here: './build.sh test cluster'.
func TestOnSlurm(t *testing.T) {
	steady := os.Getenv("STEADY_CLUSTER")
	if steady == "" {
		t.Skip("STEADY_CLUSTER is not set")
	}
	c := startSlurm(t)
	c.steady = steady
	c.dir = filepath.Join(t.TempDir(), `it's a "folder"`)
	if err := os.Mkdir(c.dir, 0o777); err != nil {
		t.Fatal(err)
	}
	// Every task has a few slices that take no time, and then an attack that is long enough to be interrupted on a fast machine.
	images := 250
	if testing.Short() {
		images = 100
	}
	spec := fmt.Sprintf(`models: fashion-standard
data: {limit: %d}
seed: 3
cells:
  - {corruption: [fog, contrast], severity: [1, 2, 3, 4, 5]}
  - {attack: "pgd{steps=10,continue=true}", eps: [1/255, 2/255, 3/255, 4/255, 5/255, 6/255, 7/255, 8/255]}
`, images)
	if err := os.WriteFile(filepath.Join(c.dir, "a spec.yaml"), []byte(spec), 0o666); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	c.run(steady, "bench", "run", "a spec.yaml", "--out", "one.db")
	t.Logf("one process: %v", time.Since(begin).Round(time.Second))

	begin = time.Now()
	var w Written
	if err := json.Unmarshal([]byte(c.run(steady, "bench", "slurm", "a spec.yaml", "--out", "the shards/", "--shards", "8", "--cpus", "1", "--submit", "--json")), &w); err != nil || len(w.Jobs) != 2 {
		t.Fatalf("%+v, %v", w, err)
	}
	array, merge := w.Jobs[0], w.Jobs[1]
	t.Logf("submitted the array %s, and %s to merge", array, merge)

	requeued := c.whileRunning(-1, func(task int) bool {
		job := fmt.Sprintf("%s_%d", array, task)
		c.run("scontrol", "requeue", job)
		// Slurm would wait for two minutes, until the killed task's credential has expired.
		c.until("the requeued task waits", func() bool { return strings.HasPrefix(c.state(job), "PENDING ") })
		c.run("scontrol", "update", "job="+job, "StartTime=now")
		return true
	})
	t.Logf("requeued task %d when it had computed a part; it ended its slice: %s", requeued, c.shard(requeued))
	killed := c.whileRunning(requeued, func(task int) bool { return c.kill(array, task) })
	t.Logf("killed (SIGKILL) task %d when it had computed a part: %s", killed, c.shard(killed))

	c.wait()
	if state := c.state(fmt.Sprintf("%s_%d", array, requeued)); !strings.HasPrefix(state, "COMPLETED after 1 ") {
		t.Errorf("the requeued task is %s", state)
	}
	if state := c.state(fmt.Sprintf("%s_%d", array, killed)); !strings.HasPrefix(state, "FAILED ") {
		t.Errorf("the killed task is %s", state)
	}
	if state := c.state(merge); !strings.HasPrefix(state, "FAILED ") {
		t.Errorf("what merges is %s, though something is missing", state)
	}
	status := c.status()
	want := fmt.Sprintf("sbatch --array=%d ", killed)
	if m := status.Missing; len(m.Commands) != 1 || !strings.HasPrefix(m.Commands[0], want) || len(m.Shards) != 1 || m.Shards[0] != killed {
		t.Fatalf("missing: %+v, want %s", m, want)
	}
	t.Logf("%d of %d images; missing: %d of task %d. %s", status.ImagesDone, status.Images, status.Missing.Images, killed, status.Missing.Commands[0])
	if log := c.read("the shards/logs/merge.txt"); !strings.Contains(log, status.Missing.Commands[0]) {
		t.Errorf("the log of what merges does not say what to do:\n%s", log)
	}

	c.run("sh", "-c", status.Missing.Commands[0])
	c.wait()
	out := c.run("sbatch", "--parsable", filepath.Join(c.dir, "the shards", mergeScript))
	c.wait()
	if state := c.state(strings.TrimSpace(out)); !strings.HasPrefix(state, "COMPLETED ") {
		t.Errorf("what merges again is %s:\n%s", state, c.read("the shards/logs/merge.txt"))
	}
	t.Logf("the cluster: %v", time.Since(begin).Round(time.Second))
	t.Logf("merged: %s", c.run(steady, "bench", "status", "the shards/merged.db"))

	for _, export := range []string{"csv", "markdown", "npz"} {
		one, many := "one."+export, "many."+export
		if export == "markdown" {
			one, many = "one.md", "many.md"
		}
		c.run(steady, "bench", "report", "one.db", "--"+export, one)
		c.run(steady, "bench", "report", "the shards/merged.db", "--"+export, many)
		a, b := c.read(one), c.read(many)
		if a != b || len(a) < 100 {
			t.Errorf("the exports as %s differ:\n%.2000s\nand\n%.2000s", export, a, b)
		}
		t.Logf("exports as %s: %d bytes, equal: %v", export, len(a), a == b)
	}
}

// slurm is a cluster of one node, which is this machine.
type slurm struct {
	t      *testing.T
	dir    string // working directory of commands
	steady string
}

// patience is how long anything of the cluster may take: the machine may have other work.
const patience = 5 * time.Minute

func startSlurm(t *testing.T) *slurm {
	t.Helper()
	state, err := os.MkdirTemp("", "slurm") // with a short name, as sockets must have
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(state) })
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	host, _, _ = strings.Cut(host, ".")
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	key := make([]byte, 1024)
	rand.Read(key)
	if err := os.WriteFile(filepath.Join(state, "munge.key"), key, 0o400); err != nil {
		t.Fatal(err)
	}
	conf := fmt.Sprintf(`ClusterName=test
SlurmctldHost=%[1]s(127.0.0.1)
SlurmctldPort=%[2]d
SlurmdPort=%[3]d
SlurmUser=%[4]s
SlurmdUser=%[4]s
AuthType=auth/munge
AuthInfo=socket=%[5]s/munge.socket
StateSaveLocation=%[5]s/state
SlurmdSpoolDir=%[5]s/spool
SlurmctldPidFile=%[5]s/slurmctld.pid
SlurmdPidFile=%[5]s/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,batch_sched_delay=0
KillWait=2
MinJobAge=3600
ReturnToService=2
NodeName=%[1]s NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`, host, freePort(t), freePort(t), me.Username, state)
	file := filepath.Join(state, "slurm.conf")
	if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SLURM_CONF", file)
	s := &slurm{t: t, dir: state}
	s.start("munged", "--foreground", "--force", "--socket="+state+"/munge.socket", "--key-file="+state+"/munge.key",
		"--pid-file="+state+"/munged.pid", "--seed-file="+state+"/munged.seed", "--log-file="+state+"/munged.log")
	s.until("munged listens", func() bool { _, err := os.Stat(state + "/munge.socket"); return err == nil })
	s.start("slurmctld", "-D", "-f", file)
	s.start("slurmd", "-D", "-f", file)
	s.until("the node is idle", func() bool {
		out, err := exec.Command("sinfo", "--noheader", "--format=%T").Output()
		return err == nil && strings.TrimSpace(string(out)) == "idle"
	})
	t.Cleanup(func() {
		exec.Command("scancel", "--user="+me.Username).Run()
		time.Sleep(time.Second)
	})
	return s
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// start starts a daemon, which ends with the test.
func (s *slurm) start(name string, args ...string) {
	s.t.Helper()
	var said bytes.Buffer
	c := exec.Command(name, args...)
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		c.Process.Signal(syscall.SIGTERM)
		timer := time.AfterFunc(10*time.Second, func() { c.Process.Kill() })
		c.Wait()
		timer.Stop()
		if s.t.Failed() {
			text := said.String()
			s.t.Logf("%s: %s", name, text[max(0, len(text)-3000):])
		}
	})
}

// until waits for something.
func (s *slurm) until(what string, ok func() bool) {
	s.t.Helper()
	for begin := time.Now(); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Since(begin) > patience {
			out, _ := exec.Command("scontrol", "show", "job").CombinedOutput()
			s.t.Fatalf("after %v it is not so that %s\n%s", patience, what, out)
		}
	}
}

// run runs a command, and returns what it prints.
func (s *slurm) run(name string, args ...string) string {
	s.t.Helper()
	c := exec.Command(name, args...)
	c.Dir = s.dir
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		s.t.Fatalf("%s %q: %v\n%s%s", name, args, err, out, stderr.Bytes())
	}
	return string(out)
}

func (s *slurm) read(name string) string {
	s.t.Helper()
	b, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(b)
}

func (s *slurm) status() *benchrun.Statuses {
	s.t.Helper()
	status, err := benchrun.ReadStatus(filepath.Join(s.dir, "the shards"))
	if err != nil {
		s.t.Fatal(err)
	}
	return status
}

// shard returns how far a shard has come, or nothing if that cannot be read.
func (s *slurm) shard(number int) (text string) {
	if done, all := s.progress(number); all > 0 {
		return fmt.Sprintf("%d of %d images", done, all)
	}
	return ""
}

func (s *slurm) progress(number int) (done, all int) {
	status, err := benchrun.ReadStatus(filepath.Join(s.dir, "the shards", fmt.Sprintf("shard-%d-of-8.db", number)))
	if err != nil || len(status.Stores[0].Shards) != 1 {
		return 0, 0
	}
	return status.Stores[0].Shards[0].ImagesDone, status.Stores[0].Shards[0].Images
}

// whileRunning calls do with the first task but one that has computed something and not all, until do has been in time.
func (s *slurm) whileRunning(but int, do func(task int) bool) (task int) {
	s.t.Helper()
	s.until("a task has computed a part", func() bool {
		for task = range 8 {
			if done, all := s.progress(task); task != but && done > 0 && done < all && do(task) {
				return true
			}
		}
		return false
	})
	return task
}

// kill kills the process of a task, if that still runs and has not computed all. It is stopped first, as it may end meanwhile.
func (s *slurm) kill(array string, task int) bool {
	s.t.Helper()
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, p := range processes {
		environment, _ := os.ReadFile(p + "/environ")
		program, _ := os.Readlink(p + "/exe")
		if program == s.steady && bytes.Contains(environment, fmt.Appendf(nil, "\x00SLURM_ARRAY_JOB_ID=%s\x00", array)) &&
			bytes.Contains(environment, fmt.Appendf(nil, "\x00SLURM_ARRAY_TASK_ID=%d\x00", task)) {
			pid, _ := strconv.Atoi(filepath.Base(p))
			if syscall.Kill(pid, syscall.SIGSTOP) != nil {
				return false
			}
			if done, all := s.progress(task); done < all && syscall.Kill(pid, syscall.SIGKILL) == nil {
				return true
			}
			syscall.Kill(pid, syscall.SIGCONT)
		}
	}
	return false
}

// wait waits until no job is left.
func (s *slurm) wait() {
	s.t.Helper()
	s.until("all jobs have ended", func() bool {
		out, err := exec.Command("squeue", "--noheader").Output()
		return err == nil && len(bytes.TrimSpace(out)) == 0
	})
}

var jobLine = regexp.MustCompile(`JobState=(\S+) .*Restarts=(\d+) .*ExitCode=(\S+)`)

// state returns how a job is, or has ended.
func (s *slurm) state(job string) string {
	s.t.Helper()
	m := jobLine.FindStringSubmatch(s.run("scontrol", "--oneliner", "show", "job", job))
	if m == nil {
		return "unknown"
	}
	return fmt.Sprintf("%s after %s restarts, exit code %s", m[1], m[2], m[3])
}
