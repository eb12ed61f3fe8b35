package main

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

//go:embed pytorch.py
var pytorchSource string

// process is a running program that answers a line, the name of a job, with a number: pytorch.py, or this program as
// answer.go has it.
type process struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
	title   string // what it is, and what it computes on
}

// startPyTorch starts pytorch.py with additions to the environment.
func startPyTorch(python, device string, threads int, network string, batch int, environment ...string) (*process, error) {
	command := exec.Command(python, "-c", pytorchSource, device, strconv.Itoa(threads), network, strconv.Itoa(batch))
	command.Env = append(os.Environ(), environment...)
	return start(command, "PyTorch ")
}

// start starts a program whose first line is a title that begins as said; any other line says why it cannot go on.
func start(command *exec.Cmd, title string) (*process, error) {
	p := &process{command: command}
	p.command.Stderr = os.Stderr
	var err error
	if p.in, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewScanner(out)
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	if p.title, err = p.line(); err == nil && !strings.HasPrefix(p.title, title) {
		err = errors.New(p.title)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *process) number(question string) (float64, error) {
	if _, err := fmt.Fprintln(p.in, question); err != nil {
		return 0, err
	}
	answer, err := p.line()
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseFloat(answer, 64)
	if err != nil {
		return 0, errors.New(answer) // why there is none
	}
	return v, nil
}

func (p *process) line() (string, error) {
	if !p.out.Scan() {
		return "", errors.New("it has stopped")
	}
	return p.out.Text(), nil
}

func (p *process) close() {
	p.in.Close()
	p.command.Wait()
}
