package papers

import (
	"path/filepath"
	"slices"
	"strings"

	"steady/core/bench"
	"steady/core/corrupt"
	"steady/tools/internal/benchrun"
	"steady/tools/internal/usage"
)

// corruptionsHelp is the help of a flag that lists corruptions.
const corruptionsHelp = "corruptions, suites of them (imagenet-c, imagenet-c-extra, laugros), families (noise, blur, ...) or\n" +
	"YAML files with cells of 'steady bench run', with commas between them"

// parseCorruptions reads what a flag lists, each once, in the order of the registry; nil for "".
func parseCorruptions(flag, list string) ([]*corrupt.Corruption, error) {
	if list == "" {
		return nil, nil
	}
	named := map[*corrupt.Corruption]bool{}
	for word := range strings.SplitSeq(list, ",") {
		word = strings.TrimSpace(word)
		found, err := lookUp(word)
		if err != nil {
			return nil, usage.Errorf("%s: %s", flag, strings.TrimPrefix(err.Error(), "corrupt: "))
		}
		for _, c := range found {
			named[c] = true
		}
	}
	return inOrder(named), nil
}

// lookUp returns the corruptions that a word stands for.
func lookUp(word string) (list []*corrupt.Corruption, err error) {
	if isFile(word) {
		return inFile(word)
	}
	for _, c := range corrupt.All() {
		if word == string(c.Suite) || word == c.Family {
			list = append(list, c)
		}
	}
	if list != nil {
		return list, nil
	}
	c, err := corrupt.Lookup(word)
	return []*corrupt.Corruption{c}, err
}

// lookUpSeverities returns the corruptions that a word stands for where it chooses among what was measured: as lookUp, and
// those of a suite of 'steady bench run', or of a file with any cells. Each has its severities: nil for any, which a cell
// with the severity range stands for. It reports whether there are attacks among the cells.
func lookUpSeverities(word string) (severities map[*corrupt.Corruption][]int, attacks bool, err error) {
	var cells []bench.Perturbation
	severities = map[*corrupt.Corruption][]int{}
	if isFile(word) {
		spec, err := benchrun.ReadCells(word)
		if err != nil {
			return nil, false, err
		}
		cells = spec.Perturbations
	} else if found, err := lookUp(word); err == nil {
		for _, c := range found {
			severities[c] = nil
		}
		return severities, false, nil
	} else if suite, suiteErr := bench.LookupSuite(word); suiteErr == nil {
		cells = suite.Perturbations
	} else {
		return nil, false, err
	}
	for _, p := range cells {
		c, o, _ := p.Corruption()
		if attack, _ := p.Attack(); attack != nil {
			attacks = true
		}
		before, twice := severities[c]
		switch {
		case c == nil: // clean, or an attack
		case o.Severity == corrupt.FullRange:
			severities[c] = nil
		case !twice:
			severities[c] = []int{o.Severity}
		case before != nil && !slices.Contains(before, o.Severity):
			severities[c] = append(before, o.Severity)
		}
	}
	return severities, attacks, nil
}

// inOrder returns corruptions in the order of the registry.
func inOrder[T any](named map[*corrupt.Corruption]T) []*corrupt.Corruption {
	return slices.DeleteFunc(corrupt.All(), func(c *corrupt.Corruption) bool { _, ok := named[c]; return !ok })
}

func isFile(word string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(word))
}

// inFile returns the corruptions of the cells and suites of a file. Here they mean what is trained on, so their amounts must be
// those of this program for the size of the images, with each severity.
func inFile(path string) (list []*corrupt.Corruption, err error) {
	spec, err := benchrun.ReadCells(path)
	if err != nil {
		return nil, err
	}
	if len(spec.Limits) > 0 {
		return nil, usage.Errorf("%s: all networks are measured on the images of --images: want no limit", path)
	}
	severities := map[*corrupt.Corruption][]int{}
	for _, p := range spec.Perturbations {
		c, o, jpeg := p.Corruption()
		switch {
		case c == nil && p.Clean():
			continue
		case c == nil:
			return nil, usage.Errorf("%s: %s is not a corruption: want corruptions only", path, p)
		case jpeg != 0 || o.Profile != corrupt.Auto || p.Files() != "":
			return nil, usage.Errorf("%s: %s: networks are trained on corruptions for the size of the images: want no profile, jpeg or files", path, p.Label())
		}
		if severities[c] == nil {
			list = append(list, c)
		}
		severities[c] = append(severities[c], o.Severity)
	}
	for _, c := range list {
		of := severities[c]
		slices.Sort(of)
		if !slices.Equal(of, []int{corrupt.FullRange}) && !slices.Equal(of, []int{1, 2, 3, 4, 5}) {
			return nil, usage.Errorf("%s: %s has some severities only: want range, or all five; --severity chooses one for all", path, c.Name)
		}
	}
	return list, nil
}

// formatCell returns the text of the cell of a corruption at a severity.
func formatCell(c *corrupt.Corruption, severity int) (string, error) {
	p, err := bench.Corrupted(c, severity, corrupt.Auto, 0)
	return p.String(), err
}
