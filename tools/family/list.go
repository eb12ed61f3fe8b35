package main

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"steady/core/train"
	"steady/tools/internal/input"
	"steady/tools/internal/trainrun"
	"steady/tools/internal/usage"
)

//go:embed family.txt
var familyList string

// maxList is the size of the largest list that is read.
const maxList = 1 << 20

// member is a network of the family.
type member struct {
	name, data string
	args       []string // of steady train, but for data and files: the recipe and flags
}

// members reads the list of the family, or that of another one.
func (o *options) members() ([]member, error) {
	text, name := familyList, "family.txt"
	if o.listFile != "" {
		b, err := input.File(o.listFile, maxList)
		if err != nil {
			return nil, err
		}
		text, name = string(b), o.listFile
	}
	var list []member
	var all []string
	for i, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if words[0] == "all:" {
			all = words[1:]
			continue
		}
		if len(words) < 3 {
			return nil, fmt.Errorf("%s:%d: %.80q: want a name, data and a recipe", name, i+1, line)
		}
		m := member{words[0], words[1], slices.Concat(words[2:], all)}
		if slices.ContainsFunc(list, func(o member) bool { return o.name == m.name }) {
			return nil, fmt.Errorf("%s:%d: a second %s", name, i+1, m.name)
		}
		list = append(list, m)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s: no network: want lines of a name, data and a recipe", name)
	}
	return list, nil
}

// choose returns the members of these names, or all if there are no names.
func choose(family []member, names []string) ([]member, error) {
	if len(names) == 0 {
		return family, nil
	}
	var chosen []member
	for _, name := range names {
		i := slices.IndexFunc(family, func(m member) bool { return m.name == name })
		if i < 0 {
			return nil, usage.Errorf("unknown network %q; valid: %s", name, namesOf(family))
		}
		chosen = append(chosen, family[i])
	}
	return chosen, nil
}

func namesOf(family []member) string {
	var names []string
	for _, m := range family {
		names = append(names, m.name)
	}
	return strings.Join(names, ", ")
}

// command returns the command that the network's model card has.
func (m member) command() string {
	words := []string{"steady train"}
	for _, w := range m.files(m.data, m.name+".onnx") {
		words = append(words, trainrun.Quoted(w))
	}
	return strings.Join(words, " ")
}

// files returns what steady train is told, with data and the file to write, in the order of model cards.
func (m member) files(data, out string) []string {
	return slices.Concat(m.args[:1], []string{"--data=" + data}, m.args[1:], []string{"--out=" + out})
}

// card reads a network's model card.
func (o *options) card(name string) (*train.Card, error) {
	path := filepath.Join(o.models, name+".json")
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	card := new(train.Card)
	if err := json.Unmarshal(b, card); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return card, nil
}

// list prints the family.
func (o *options) list(family []member) error {
	for _, m := range family {
		card, err := o.card(m.name)
		state := ""
		switch {
		case errors.Is(err, fs.ErrNotExist):
			state = "not trained yet"
		case err != nil:
			return err
		case card.Command != m.command():
			state = "trained otherwise: " + card.Command
		case card.Figures == nil:
			state = "not measured yet"
		default:
			state = "clean " + percent(card.Figures.Clean.Accuracy)
			if c := card.Figures.Corrupted; c != nil {
				state += ", corrupted " + percent(c.Mean)
			}
		}
		fmt.Printf("%-18s %s\n%-18s %s\n", m.name, m.command(), "", state)
	}
	return nil
}
