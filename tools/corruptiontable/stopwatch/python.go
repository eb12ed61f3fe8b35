package stopwatch

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

//go:embed timer.py
var timer string

// Python is a running timer.py.
type Python struct {
	ask        io.WriteCloser
	answers    *bufio.Reader
	command    *exec.Cmd
	complaints strings.Builder
	Versions   string
	Knows      map[string]bool // names of corruptions
}

// StartPython starts an interpreter on one thread, with a square image of RGB bytes. The folder holds imagecorruptions;
// it may be empty if the interpreter finds the package by itself. The image is left in the folder work.
func StartPython(interpreter, folder string, rgb []byte, side int, work string) (*Python, error) {
	file := filepath.Join(work, "image.rgb")
	if err := os.WriteFile(file, rgb, 0o644); err != nil {
		return nil, err
	}
	command := exec.Command(interpreter, "-c", timer, folder, file, strconv.Itoa(side))
	command.Env = append(os.Environ(),
		"OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1", "NUMBA_NUM_THREADS=1")
	p := &Python{command: command, Knows: map[string]bool{}}
	command.Stderr = &p.complaints
	var err error
	if p.ask, err = command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	p.answers = bufio.NewReader(out)
	names := ""
	if p.Versions, err = p.line(); err == nil {
		names, err = p.line()
	}
	if err != nil {
		p.Stop()
		return nil, fmt.Errorf("%s does not run imagecorruptions: %s", interpreter, p.complaint())
	}
	for _, name := range strings.Fields(names) {
		p.Knows[name] = true
	}
	return p, nil
}

func (p *Python) line() (string, error) {
	s, err := p.answers.ReadString('\n')
	return strings.TrimSpace(s), err
}

// Measure returns the milliseconds of a call: the mean over as many as take a while.
func (p *Python) Measure(name string, severity int, while time.Duration) (float64, error) {
	if _, err := fmt.Fprintln(p.ask, name, severity, while.Milliseconds()); err != nil {
		return 0, err
	}
	answer, err := p.line()
	if err != nil {
		p.Stop()
		return 0, fmt.Errorf("imagecorruptions stopped at %s: %s", name, p.complaint())
	}
	return strconv.ParseFloat(answer, 64)
}

// complaint returns the last line of what a stopped interpreter complained about.
func (p *Python) complaint() string {
	lines := strings.Split(strings.TrimSpace(p.complaints.String()), "\n")
	return lines[len(lines)-1]
}

// Stop ends the interpreter.
func (p *Python) Stop() {
	p.ask.Close()
	p.command.Wait()
}
