package benchrun

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"steady/core/bench"
	"steady/tools/internal/output"
	"steady/tools/internal/store"
	"steady/tools/internal/usage"
)

// maxShards bounds how many parts a benchmark can be cut into.
const maxShards = 10_000

// Variables with which schedulers say to a process which one of several it is.
const (
	slurmID    = "SLURM_ARRAY_TASK_ID"
	slurmCount = "SLURM_ARRAY_TASK_COUNT"
	slurmMin   = "SLURM_ARRAY_TASK_MIN"
	slurmMax   = "SLURM_ARRAY_TASK_MAX"
	slurmStep  = "SLURM_ARRAY_TASK_STEP"
	kubernetes = "JOB_COMPLETION_INDEX"
)

// parseShard reads a part of a benchmark: "0/8" to "7/8"; or "slurm/8" or "kubernetes/8", whose number is in the environment;
// or "slurm", of a whole array, whose length is there too. Nothing stands for all, 0 of 0.
func parseShard(text string, environment func(string) (string, bool)) (shard, shards int, err error) {
	if text == "" {
		return 0, 0, nil
	}
	e := shardEnvironment{text, environment}
	number, count, counted := strings.Cut(text, "/")
	if counted {
		if shards, err = strconv.Atoi(count); err != nil || shards < 1 || shards > maxShards || strconv.Itoa(shards) != count {
			return 0, 0, usage.Errorf("--shard %s: %q parts, want 1 to %d", text, count, maxShards)
		}
	}
	switch {
	case number == "slurm" && counted:
		shard, err = e.number(slurmID, 0, shards-1, fmt.Sprintf("a task of sbatch --array=0-%d", shards-1))
	case number == "slurm":
		shard, shards, err = e.array()
	case number == "kubernetes" && counted:
		shard, err = e.number(kubernetes, 0, shards-1, fmt.Sprintf("a pod of an Indexed Job with %d completions", shards))
	case number == "kubernetes":
		err = usage.Errorf("--shard %s: Kubernetes does not say of how many: want kubernetes/N", text)
	default:
		shard, err = strconv.Atoi(number)
		if err != nil || !counted || shard < 0 || shard >= shards || strconv.Itoa(shard) != number {
			err = usage.Errorf("--shard %s: want I/N, a part from 0/N to (N-1)/N, or slurm, slurm/N or kubernetes/N", text)
		}
	}
	if err != nil {
		return 0, 0, err
	}
	return shard, shards, nil
}

type shardEnvironment struct {
	text string // of the flag
	look func(string) (string, bool)
}

// number returns a variable that is a whole number, within a range, of where it is set.
func (e shardEnvironment) number(name string, least, most int, where string) (int, error) {
	value, ok := e.look(name)
	if !ok {
		return 0, usage.Errorf("--shard %s: %s is not set: want %s", e.text, name, where)
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		return 0, usage.Errorf("--shard %s: %s is %q: want %d to %d, as in %s", e.text, name, value, least, most, where)
	}
	return n, nil
}

// array returns which task of how many this is of an array whose numbers are evenly apart. Those of others do not say of
// which whole they are.
func (e shardEnvironment) array() (shard, shards int, err error) {
	const where = "a task of sbatch --array"
	var id, low, high int
	step := 1
	for _, v := range []struct {
		name  string
		least int
		most  int
		to    *int
	}{{slurmCount, 1, maxShards, &shards}, {slurmMin, 0, math.MaxInt32, &low}, {slurmMax, 0, math.MaxInt32, &high}, {slurmID, 0, math.MaxInt32, &id}, {slurmStep, 1, math.MaxInt32, &step}} {
		if _, ok := e.look(v.name); v.to == &step && !ok {
			continue // as of a list
		}
		if *v.to, err = e.number(v.name, v.least, v.most, where); err != nil {
			return 0, 0, err
		}
	}
	if high-low != (shards-1)*step {
		return 0, 0, usage.Errorf("--shard %s: the array has %d tasks from %d to %d, which is no whole one: want slurm/N, which says of how many parts these are",
			e.text, shards, low, high)
	}
	if id < low || id > high || (id-low)%step != 0 {
		return 0, 0, usage.Errorf("--shard %s: %s is %d: want a task from %d to %d in steps of %d", e.text, slurmID, id, low, high, step)
	}
	return (id - low) / step, shards, nil
}

// useShard reads the part that is to be run, and lets a folder of shards stand for the file of this one.
func (o *Options) useShard() (shard, shards int, err error) {
	if shard, shards, err = parseShard(o.Shard, os.LookupEnv); err != nil || shards == 0 || !output.IsFolder(o.Out) {
		return shard, shards, err
	}
	if err := os.MkdirAll(o.Out, 0o777); err != nil {
		return 0, 0, fmt.Errorf("--out %s: %w", o.Out, err)
	}
	o.Out = filepath.Join(o.Out, shardFile(shard, shards))
	return shard, shards, nil
}

// shardFile returns the name of a shard's file in a folder: names are in the order of the numbers.
func shardFile(shard, shards int) string {
	return fmt.Sprintf("shard-%0*d-of-%d.db", len(strconv.Itoa(shards-1)), shard, shards)
}

// addShard notes in the store which part belongs to it.
func (o *Options) addShard(s *store.Store, cells []bench.Cell, shard, shards int) error {
	folder, err := os.Getwd()
	if err != nil {
		return err
	}
	part := store.Shard{Number: shard, Shards: shards, Command: o.Command, Folder: folder}
	for _, c := range cells {
		part.Keys = append(part.Keys, c.Key())
	}
	return s.AddShard(part)
}
