package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"

	"steady/core/compute/cpu"
	"steady/core/engine"
)

// answerJobs is the argument with which the program answers lines, the names of jobs, with the milliseconds that each
// took: `peers answer-jobs THREADS BATCH`, ResNet-20 on the processor.
const answerJobs = "answer-jobs"

// init, and not main, sees to it, so that this file does the same in the package of an older checkout, whose main does
// not know of it (base.go).
func init() {
	if len(os.Args) != 4 || os.Args[1] != answerJobs {
		return
	}
	if err := answer(os.Args[2], os.Args[3]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

func answer(threadsText, batchText string) error {
	threads, err := strconv.Atoi(threadsText)
	if err != nil {
		return err
	}
	batch, err := strconv.Atoi(batchText)
	if err != nil {
		return err
	}
	n, err := resnet20()
	if err != nil {
		return err
	}
	run := map[string]func() error{}
	for _, train := range []bool{false, true} {
		e, err := engine.New(cpu.New(threads), n, engine.Config{Batch: batch, Train: train})
		if err != nil {
			return err
		}
		for name, job := range jobs(e) {
			if train == (name == "step" || name == "descent") {
				run[name] = job
			}
		}
	}
	fmt.Printf("steady, %d threads, batch %d\n", threads, batch)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		job := run[lines.Text()]
		if job == nil {
			fmt.Println("no such job")
			continue
		}
		ms, err := timed(job)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%.5f\n", ms)
	}
	return nil
}
