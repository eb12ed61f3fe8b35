package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// watch runs a program, and returns its output, how many seconds it took, and the most memory in MB that it and its
// children had at a time; 0 where there is no /proc. It looks at that ever less often, down to twice a second, since a
// program stands still meanwhile.
func watch(command *exec.Cmd) (out []byte, seconds, mb float64, err error) {
	var output, messages bytes.Buffer
	command.Stdout, command.Stderr = &output, &messages
	begin := time.Now()
	if err := command.Start(); err != nil {
		return nil, 0, 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 500*time.Millisecond) {
		select {
		case err := <-ended:
			if err != nil {
				err = fmt.Errorf("%s: %w\n%s", command, err, messages.Bytes())
			}
			return output.Bytes(), time.Since(begin).Seconds(), mb, err
		case <-time.After(wait):
			mb = max(mb, familyMemory(strconv.Itoa(command.Process.Pid)))
		}
	}
}

// familyMemory returns the memory of a process and of its children in MB, of which pages that several have count once.
func familyMemory(process string) (mb float64) {
	rollup, err := os.ReadFile("/proc/" + process + "/smaps_rollup")
	children, noChildren := os.ReadFile("/proc/" + process + "/task/" + process + "/children")
	if errors.Join(err, noChildren) != nil {
		return 0 // it has ended
	}
	for line := range strings.Lines(string(rollup)) {
		if rest, ok := strings.CutPrefix(line, "Pss:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err == nil {
				mb = kb / 1024
			}
		}
	}
	for _, child := range strings.Fields(string(children)) {
		mb += familyMemory(child)
	}
	return mb
}
