package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

//go:embed answer.go
var answerSource []byte

// basePart times the engine beside an older one of ours, each in a process of its own.
func basePart(c config, t *table) error {
	base, err := buildBase(c.base, c.dir)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	title := "ours, " + commit(c.base)
	threads := []int{1}
	if n := runtime.NumCPU(); n > 1 {
		threads = append(threads, n)
	}
	for _, batch := range []int{1, nativeBatch} {
		for _, n := range threads {
			if err := c.besideBase(self, base, title, n, batch, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// besideBase times both engines on so many threads with batches of so many images.
func (c config) besideBase(self, base, title string, threads, batch int, t *table) error {
	var both [2]*process
	for i, program := range []string{self, base} {
		var err error
		both[i], err = start(exec.Command(program, answerJobs, strconv.Itoa(threads), strconv.Itoa(batch)), "steady, ")
		if err != nil {
			return fmt.Errorf("%s: %w", program, err)
		}
		defer both[i].close()
	}
	enough := samplePart
	if batch == 1 {
		enough = 50 * time.Millisecond
	}
	for _, job := range []string{"forward", "gradient", "step"} {
		work := fmt.Sprintf("resnet20 %s, batch %d, natively, %s", titles[job], batch, counted(threads))
		log.Printf("%s, beside %s", work, title)
		var samples [2][]float64
		for round := range c.rounds + 1 { // the first warms up
			for i, p := range both {
				ms, err := sample(func() (float64, error) { return p.number(job) }, enough)
				if err != nil {
					return err
				}
				if round > 0 {
					samples[i] = append(samples[i], ms)
				}
			}
		}
		t.add(work, samples[0], []sampled{{title, samples[1]}})
	}
	return nil
}

// counted is so many threads in words.
func counted(threads int) string {
	if threads == 1 {
		return "1 thread"
	}
	return fmt.Sprintf("%d threads", threads)
}

// buildBase builds the command peers of another checkout, where nothing is written. If that is too old to answer jobs, it
// gets this one's answer.go for the time of the build.
func buildBase(checkout, dir string) (program string, err error) {
	if checkout, err = filepath.Abs(checkout); err != nil {
		return "", err
	}
	program = filepath.Join(dir, "base")
	arguments := []string{"build", "-trimpath", "-o", program}
	place := filepath.Join(checkout, "tools", "peers", "answer.go")
	if _, err := os.Stat(place); os.IsNotExist(err) {
		ours := filepath.Join(dir, "answer.go")
		if err := os.WriteFile(ours, answerSource, 0o600); err != nil {
			return "", err
		}
		overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{place: ours}})
		if err != nil {
			return "", err
		}
		file := filepath.Join(dir, "overlay.json")
		if err := os.WriteFile(file, overlay, 0o600); err != nil {
			return "", err
		}
		arguments = append(arguments, "-overlay", file)
	}
	build := exec.Command("go", append(arguments, "./tools/peers")...)
	build.Dir, build.Stderr = checkout, os.Stderr
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("go build ./tools/peers in %s: %w", checkout, err)
	}
	return program, nil
}

// commit is the short name of what a checkout has checked out, or its folder's.
func commit(checkout string) string {
	out, err := exec.Command("git", "-C", checkout, "describe", "--always", "--dirty", "--exclude=*").Output()
	if err != nil {
		return filepath.Base(checkout)
	}
	return strings.TrimSpace(string(out))
}
