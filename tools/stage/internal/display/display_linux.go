package display

import "syscall"

// problem returns what is wrong with a display, or "".
func problem(name string, set bool, reachable func(number string) bool) string {
	if !set || name == "" {
		return "the variable DISPLAY is not set"
	}
	if name[0] != ':' { // on another machine, or through SSH: left to try
		return ""
	}
	number := name[1:]
	for i := range len(number) {
		if number[i] == '.' { // and its screen
			number = number[:i]
			break
		}
	}
	if !reachable(number) {
		return "nothing answers at " + name + " (the variable DISPLAY)"
	}
	return ""
}

// reachable reports whether an X server listens at one of the two usual sockets of a display of this machine.
func reachable(number string) bool {
	path := "/tmp/.X11-unix/X" + number
	return connects(path) || connects("@"+path) // the latter in the abstract namespace
}

func connects(path string) bool {
	s, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return true // as far as is known
	}
	defer syscall.Close(s)
	return syscall.Connect(s, &syscall.SockaddrUnix{Name: path}) == nil
}
