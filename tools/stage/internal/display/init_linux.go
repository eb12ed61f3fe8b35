//go:build stage

package display

import "syscall"

// message ends where there is a way on.
const message = "steady-stage: there is no display: %. Run this in a desktop session, or open the page: build/steady serve\n"

func init() {
	name, set := syscall.Getenv("DISPLAY")
	if why := problem(name, set, reachable); why != "" {
		end(why)
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
