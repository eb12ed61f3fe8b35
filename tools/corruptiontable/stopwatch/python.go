package main

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

// python is a running timer.py.
type python struct {
	ask      io.WriteCloser
	answers  *bufio.Reader
	command  *exec.Cmd
	versions string
	knows    map[string]bool // names of corruptions
}

// startPython starts the interpreter on one thread, with a picture of RGB bytes.
func startPython(interpreter, folder string, rgb []byte, side int, work string) (*python, error) {
	picture := filepath.Join(work, "picture.rgb")
	if err := os.WriteFile(picture, rgb, 0o644); err != nil {
		return nil, err
	}
	command := exec.Command(interpreter, "-c", timer, folder, picture, strconv.Itoa(side))
	command.Env = append(os.Environ(),
		"OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1", "NUMBA_NUM_THREADS=1")
	p := &python{command: command, knows: map[string]bool{}}
	var complaints strings.Builder
	command.Stderr = &complaints
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
	if p.versions, err = p.line(); err == nil {
		names, err = p.line()
	}
	if err != nil {
		p.stop()
		lines := strings.Split(strings.TrimSpace(complaints.String()), "\n")
		return nil, fmt.Errorf("%s does not run imagecorruptions: %s", interpreter, lines[len(lines)-1])
	}
	for _, name := range strings.Fields(names) {
		p.knows[name] = true
	}
	return p, nil
}

func (p *python) line() (string, error) {
	s, err := p.answers.ReadString('\n')
	return strings.TrimSpace(s), err
}

// measure gives the milliseconds of a call.
func (p *python) measure(name string, severity int, while time.Duration) (float64, error) {
	if _, err := fmt.Fprintln(p.ask, name, severity, while.Milliseconds()); err != nil {
		return 0, err
	}
	answer, err := p.line()
	if err != nil {
		return 0, fmt.Errorf("imagecorruptions stopped at %s: %w", name, err)
	}
	return strconv.ParseFloat(answer, 64)
}

func (p *python) stop() {
	p.ask.Close()
	p.command.Wait()
}
