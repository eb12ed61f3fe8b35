package main

import (
	"os"
	"os/exec"
	"testing"
)

// TestAnswer asks this program, of which the test is one, for jobs: answer.go is there before any test is run.
func TestAnswer(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p, err := start(exec.Command(self, answerJobs, "1", "1"), "steady, ")
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	for _, job := range []string{"forward", "gradient", "step"} {
		if ms, err := p.number(job); err != nil || ms <= 0 {
			t.Errorf("%s: %g, %v", job, ms, err)
		}
	}
	if ms, err := p.number("nothing"); err == nil {
		t.Errorf("a job that there is not took %g ms", ms)
	}
	if p, err := start(exec.Command(self, answerJobs, "one", "1"), "steady, "); err == nil {
		p.close()
		t.Error("\"one\" is a number of threads")
	}
}
