package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// debianSets is where Debian puts data sets.
const debianSets = "/usr/share/datasets"

// data returns the DATA of a set of the list.
func (o *options) data(name string) string {
	path, installed := filepath.Join(o.sets, name), filepath.Join(debianSets, name)
	if _, err := os.Stat(path); err != nil {
		if _, err := os.Stat(installed); err == nil {
			return installed
		}
	}
	return path
}

// train trains networks, one after the other.
func (o *options) train(ctx context.Context, list []member) error {
	if err := os.MkdirAll(o.logs, 0o777); err != nil {
		return err
	}
	for _, m := range list {
		if err := o.trainOne(ctx, m, o.models, "--log="+o.log(m)); err != nil {
			return err
		}
	}
	return nil
}

// trainMissing trains those of the networks that are not there yet, or all if that is forced. One that was trained
// otherwise than the list says is an error.
func (o *options) trainMissing(ctx context.Context, list []member, more func(m member) []string) error {
	if err := os.MkdirAll(o.models, 0o777); err != nil {
		return err
	}
	for _, m := range list {
		switch card, err := o.card(m.name); {
		case errors.Is(err, fs.ErrNotExist) || err == nil && o.force:
		case err != nil:
			return err
		case card.Command != m.command():
			return fmt.Errorf("%s was trained by %q, the list has %q: -force trains it again", m.name, card.Command, m.command())
		default:
			continue
		}
		var args []string
		if more != nil {
			args = more(m)
		}
		if err := o.trainOne(ctx, m, o.models, args...); err != nil {
			return err
		}
	}
	return nil
}

// trainAndMeasure trains networks that are not there yet, and measures all.
func (o *options) trainAndMeasure(ctx context.Context, list []member) error {
	if err := os.MkdirAll(o.logs, 0o777); err != nil {
		return err
	}
	if err := o.trainMissing(ctx, list, func(m member) []string { return []string{"--log=" + o.log(m)} }); err != nil {
		return err
	}
	return o.measure(ctx, list, true)
}

// trainOne trains a network in a folder, or continues with it.
func (o *options) trainOne(ctx context.Context, m member, folder string, more ...string) error {
	out := filepath.Join(folder, m.name+".onnx")
	args := append([]string{"train"}, m.files(o.data(m.data), out)...)
	args = append(args, "--resume", "--threads="+strconv.Itoa(o.threads))
	args = append(args, more...)
	if o.force {
		args = append(args, "--force")
	}
	fmt.Fprintf(os.Stderr, "%s %v\n", o.steady, args)
	c := exec.CommandContext(ctx, o.steady, args...)
	c.Stdout, c.Stderr = os.Stderr, os.Stderr
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 2 * time.Second
	if err := c.Run(); err != nil {
		return fmt.Errorf("training %s: %w", m.name, err)
	}
	return nil
}
