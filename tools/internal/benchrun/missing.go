package benchrun

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"steady/core/bench"
	"steady/tools/internal/shell"
	"steady/tools/internal/store"
)

// Missing is what stores lack of what was asked for.
type Missing struct {
	Images   int      `json:"images"` // each counts once for each network and perturbation
	Shards   []int    `json:"shards"` // that have something to do, by their numbers
	Commands []string `json:"commands"`
}

// ShardStatus is how far the part of a benchmark has come that belongs to a store.
type ShardStatus struct {
	Number     int `json:"number"`
	Shards     int `json:"of"`
	Images     int `json:"images"`
	ImagesDone int `json:"images_done"` // in any of the stores
}

// ScriptName is the file, in a folder of shards, with which Slurm was told to compute them.
const ScriptName = "shards.sh"

// found is what several stores have.
type found struct {
	slices  map[bench.Key]store.Slice // that are asked for
	shards  map[shardID]foundShard
	command string // with which one was written last that has no shards
}

type shardID struct{ number, shards int }

type foundShard struct {
	store.Shard
	path string // of the store
}

// missing returns what is missing, and the commands that compute only that.
func (f *found) missing() *Missing {
	m := &Missing{Shards: []int{}, Commands: []string{}}
	others := map[bench.Key]bool{} // of no shard that is known
	for key, s := range f.slices {
		if !s.Done {
			m.Images += s.Images
			others[key] = true
		}
	}
	if m.Images == 0 {
		return m
	}
	again := map[shardID]bool{}
	known := map[int]int{} // shards of each number of shards
	for id, shard := range f.shards {
		known[id.shards]++
		for _, key := range shard.Keys {
			if slice, ok := f.slices[key]; ok && !slice.Done {
				again[id] = true
				delete(others, key)
			}
		}
	}
	switch {
	case len(others) == 0:
	case len(known) == 0:
		m.Commands = append(m.Commands, f.command)
		return m
	default: // those of shards that nobody has begun
		count := slices.MaxFunc(slices.Sorted(maps.Keys(known)), func(a, b int) int { return cmp.Compare(known[a], known[b]) })
		for number := range count {
			if _, ok := f.shards[shardID{number, count}]; !ok {
				again[shardID{number, count}] = true
			}
		}
	}
	ids := slices.SortedFunc(maps.Keys(again), func(a, b shardID) int {
		return cmp.Or(cmp.Compare(a.shards, b.shards), cmp.Compare(a.number, b.number))
	})
	scripts := map[string][]int{}
	for _, id := range ids {
		m.Shards = append(m.Shards, id.number)
		if script := f.script(id); script != "" {
			scripts[script] = append(scripts[script], id.number)
			continue
		}
		m.Commands = append(m.Commands, f.commandOf(id))
	}
	for _, script := range slices.Sorted(maps.Keys(scripts)) {
		m.Commands = append(m.Commands, shell.Join("sbatch", "--array="+ranges(scripts[script]), script))
	}
	return m
}

// like returns the shard, or the first of as many if it is not known.
func (f *found) like(id shardID) foundShard {
	if shard, ok := f.shards[id]; ok {
		return shard
	}
	for number := range id.shards {
		if shard, ok := f.shards[shardID{number, id.shards}]; ok {
			return shard
		}
	}
	return foundShard{}
}

// script returns the script with which Slurm was told to compute a shard, if it is there, or "".
func (f *found) script(id shardID) string {
	shard := f.like(id)
	if value, _ := flagValue(shard.Command, "--shard"); !strings.HasPrefix(value, "slurm/") {
		return ""
	}
	script := filepath.Join(filepath.Dir(shard.path), ScriptName)
	if info, err := os.Stat(script); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	return script
}

// commandOf returns the command that computes a shard, wherever it is called.
func (f *found) commandOf(id shardID) string {
	shard := f.like(id)
	words := setFlag(shard.Command, "--shard", fmt.Sprintf("%d/%d", id.number, id.shards))
	if shard.Number != id.number {
		out, _ := flagValue(words, "--out")
		in := out
		if !filepath.IsAbs(in) {
			in = filepath.Join(shard.Folder, in)
		}
		if info, err := os.Stat(in); out == "" || err != nil || !info.IsDir() {
			words = setFlag(words, "--out", filepath.Join(filepath.Dir(shard.path), shardFile(id.number, id.shards)))
		}
	}
	command := shell.Join(words...)
	if here, err := os.Getwd(); err == nil && here != shard.Folder {
		command = shell.Join("cd", shard.Folder) + " && " + command
	}
	return command
}

// flagValue returns the value of a flag among words, and its place: the last one's, as flags are read.
func flagValue(words []string, flag string) (value string, place int) {
	place = -1
	for i, a := range words {
		if rest, ok := strings.CutPrefix(a, flag+"="); ok {
			value, place = rest, i
		} else if a == flag && i+1 < len(words) {
			value, place = words[i+1], i
		}
	}
	return value, place
}

// setFlag returns words in which a flag has a value.
func setFlag(words []string, flag, value string) []string {
	words = slices.Clone(words)
	_, place := flagValue(words, flag)
	switch {
	case place < 0:
		return append(words, flag, value)
	case words[place] == flag:
		words[place+1] = value
	default:
		words[place] = flag + "=" + value
	}
	return words
}

// ranges writes ascending numbers, as in 0-3,5.
func ranges(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		last := i
		for last+1 < len(numbers) && numbers[last+1] == numbers[last]+1 {
			last++
		}
		part := strconv.Itoa(numbers[i])
		if last > i {
			part += "-" + strconv.Itoa(numbers[last])
		}
		parts = append(parts, part)
		i = last + 1
	}
	return strings.Join(parts, ",")
}
