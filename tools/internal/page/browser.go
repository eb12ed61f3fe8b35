package page

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
)

// Address returns the address of a page that is served at a place: of one that is every address of the machine, its own.
func Address(at *net.TCPAddr) string {
	if at.IP.IsUnspecified() {
		return fmt.Sprintf("http://127.0.0.1:%d/", at.Port)
	}
	return fmt.Sprintf("http://%s/", at)
}

// OpenBrowser has the system's browser show an address. What prevents that is passed to failed, perhaps later: the program that
// opens a browser may run as long as the browser does.
func OpenBrowser(url string, failed func(error)) {
	args, err := opener(runtime.GOOS, os.Getenv, url)
	if err != nil {
		failed(err)
		return
	}
	c := exec.Command(args[0], args[1:]...)
	detach(c)
	if err := c.Start(); err != nil {
		failed(fmt.Errorf("%s cannot be run: %w", args[0], err))
		return
	}
	go func() {
		if err := c.Wait(); err != nil {
			failed(fmt.Errorf("%s: %w", args[0], err))
		}
	}()
}

// opener returns the command that shows an address in the browser of a system.
func opener(system string, getenv func(string) string, url string) ([]string, error) {
	switch {
	case system == "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", url}, nil
	case system == "darwin":
		return []string{"open", url}, nil
	case getenv("DISPLAY") == "" && getenv("WAYLAND_DISPLAY") == "":
		return nil, errors.New("there is no desktop here (neither DISPLAY nor WAYLAND_DISPLAY is set)")
	}
	return []string{"xdg-open", url}, nil
}
