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

// pytorch is a running pytorch.py, which answers a line with a number.
type pytorch struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
	title   string // its version, and what it computes on
}

func startPyTorch(python, device string, threads int, network string, batch int) (*pytorch, error) {
	p := &pytorch{command: exec.Command(python, "-c", pytorchSource, device, strconv.Itoa(threads), network, strconv.Itoa(batch))}
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
	if p.title, err = p.line(); err == nil && !strings.HasPrefix(p.title, "PyTorch ") {
		err = errors.New(p.title)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *pytorch) number(question string) (float64, error) {
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

func (p *pytorch) line() (string, error) {
	if !p.out.Scan() {
		return "", errors.New("it has stopped")
	}
	return p.out.Text(), nil
}

func (p *pytorch) close() {
	p.in.Close()
	p.command.Wait()
}
