//go:build stage

package display

import "syscall"

// message ends where there is a way on.
const message = "steady-stage: there is no display: %. Run this in a desktop session, or open the page: build/steady serve\n"

// trial is set in the environment of a process that only tries whether Ebitengine's initialization panics.
const trial = "STEADY_STAGE_TRIAL"

func init() {
	if trying() {
		return
	}
	name, set := syscall.Getenv("DISPLAY")
	if why := problem(name, set, reachable); why != "" {
		end(why)
	}
	if !try() {
		end("the one at " + name + " (the variable DISPLAY) cannot be used")
	}
}

func trying() bool {
	_, set := syscall.Getenv(trial)
	return set
}

// EndTrial ends the process if it is a trial: all packages have been initialized.
func EndTrial() {
	if trying() {
		syscall.Exit(0)
	}
}

// try starts this program once more, as a trial, and reports whether it ended well: a panic in the initialization of another
// package cannot be recovered from. What it prints is dropped.
func try() bool {
	null, err := syscall.Open("/dev/null", syscall.O_WRONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return true // as far as is known
	}
	defer syscall.Close(null)
	files := []uintptr{0, uintptr(null), uintptr(null)}
	child, err := syscall.ForkExec("/proc/self/exe", []string{"steady-stage"},
		&syscall.ProcAttr{Env: append(syscall.Environ(), trial+"=1"), Files: files})
	if err != nil {
		return true
	}
	var status syscall.WaitStatus
	for {
		switch _, err := syscall.Wait4(child, &status, 0, nil); err {
		case nil:
			return status.Exited() && status.ExitStatus() == 0
		case syscall.EINTR:
		default:
			return true
		}
	}
}

// end says why the program ends.
func end(why string) {
	for i := range len(message) {
		if message[i] == '%' {
			syscall.Write(2, []byte(message[:i]+why+message[i+1:]))
			syscall.Exit(1)
		}
	}
}
