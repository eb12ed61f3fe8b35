package machine

import (
	"errors"
	"os/exec"
)

// ErrNoChromium is given where there is no Chromium in the path, nor Chrome.
var ErrNoChromium = errors.New("there is no Chromium here")

// Chromium finds the browser.
func Chromium() (path string, err error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNoChromium
}
