package cluster

import (
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"

	"steady/tools/internal/usage"
)

// usualArraySize is Slurm's own MaxArraySize: numbers of tasks are below it.
const usualArraySize = 1001

// checkArray returns an error if a cluster does not take an array of so many tasks: the cluster that commands here belong to,
// or any whose administrators have not changed the limit.
func checkArray(tasks int) error {
	most, whose := usualArraySize, "that of a cluster whose administrators have not changed it, as scontrol cannot be asked here"
	if config, err := exec.Command("scontrol", "show", "config").Output(); err == nil {
		if n, ok := arraySize(string(config)); ok {
			most, whose = n, "this cluster's"
		}
	}
	if tasks > most {
		return usage.Errorf("--shards %d: an array has %d tasks at most (MaxArraySize, %s): want fewer, as parts have any size", tasks, most, whose)
	}
	return nil
}

var arraySizeLine = regexp.MustCompile(`(?m)^MaxArraySize\s*=\s*(\d+)\s*$`)

// arraySize returns the MaxArraySize that 'scontrol show config' prints.
func arraySize(config string) (n int, ok bool) {
	m := arraySizeLine.FindStringSubmatch(config)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	return n, err == nil
}

// submit submits a script, and another one for when it has ended, however it has. It returns the numbers of both jobs.
func submit(array, merge string) (jobs []string, err error) {
	first, err := sbatch(array)
	if err != nil {
		return nil, err
	}
	second, err := sbatch("--dependency=afterany:"+first, merge)
	if err != nil {
		return []string{first}, fmt.Errorf("job %s is submitted, but not the one that merges what it finds: %w", first, err)
	}
	return []string{first, second}, nil
}

// sbatch submits a job, and returns its number.
func sbatch(arguments ...string) (string, error) {
	out, err := exec.Command("sbatch", append([]string{"--parsable"}, arguments...)...).Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		said := strings.ReplaceAll(string(exit.Stderr), "sbatch: error: ", "") // in front of every line
		return "", fmt.Errorf("sbatch: %s", strings.Join(strings.Fields(said), " "))
	}
	if err != nil {
		return "", fmt.Errorf("sbatch cannot be called: %w", errors.Unwrap(err))
	}
	job, _, _ := strings.Cut(strings.TrimSpace(string(out)), ";") // a cluster may follow
	if _, err := strconv.Atoi(job); err != nil {
		return "", fmt.Errorf("sbatch answers %q: want the number of a job", out)
	}
	return job, nil
}
