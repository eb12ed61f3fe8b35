package papers

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"steady/core/bench"
	"steady/core/corrupt"
	"steady/core/overlap"
	"steady/core/phrase"
	"steady/core/results"
	"steady/core/score"
	"steady/core/table"
	"steady/tools/internal/usage"
)

// overlapSample is what overlaps are computed from: networks trained on one corruption each, and standard ones.
type overlapSample struct {
	*overlap.Sample
	corruptions []*corrupt.Corruption
	cells       [][]int // of each corruption: its severities
	seeds       []uint64
	images      results.Images
	notes       []string // sentences about what was left out
}

// networksOf are the networks of one seed, by their places: the standard one, and those of corruptions by name.
type networksOf struct {
	standard int // -1 if there is none
	trained  map[string]int
}

// newOverlapSample finds the networks and cells of a table: the recipe of a standard network is standard, that of the others
// corrupt, with a single corruption. Only some corruptions count if they are named, else all that a network was trained on.
func newOverlapSample(t *results.Table, only []*corrupt.Corruption) (*overlapSample, error) {
	s := &overlapSample{Sample: &overlap.Sample{}}
	clean := t.Cell(bench.Perturbation{}.String())
	if clean < 0 {
		return nil, usage.Errorf("the results have no clean images")
	}
	first := t.Cells[clean]
	s.images, s.Sample.Images = t.Images[first.Images], first.N
	cells, err := corruptionCells(t, first)
	if err != nil {
		return nil, err
	}
	seeds, err := s.findNetworks(t)
	if err != nil {
		return nil, err
	}
	trained := map[string]bool{}
	for _, of := range seeds {
		for name := range of.trained {
			trained[name] = true
		}
	}
	wanted := only
	if wanted == nil {
		wanted = corrupt.All()
	}
	var unmeasured []string
	for _, c := range wanted {
		switch {
		case only != nil && !trained[c.Name]:
			return nil, usage.Errorf("--corruptions: no network of the results was trained on %s alone, by the recipe corrupt", c.Name)
		case !trained[c.Name]:
			continue
		case cells[c.Name] == nil && only != nil:
			return nil, usage.Errorf("--corruptions: the results have no images with %s", c.Name)
		case cells[c.Name] == nil:
			unmeasured = append(unmeasured, c.Name)
			continue
		}
		s.corruptions, s.Names, s.cells = append(s.corruptions, c), append(s.Names, c.Name), append(s.cells, cells[c.Name])
	}
	if unmeasured != nil {
		s.note("Left out, as networks were trained on them, but no such images were measured: %s.", phrase.First(unmeasured, 5))
	}
	if len(s.Names) < 2 {
		return nil, usage.Errorf("the results have networks of %d corruptions: want at least 2, each with a network that was trained on it alone, by the recipe corrupt", len(s.Names))
	}
	return s, s.fill(t, clean, seeds)
}

func (s *overlapSample) note(format string, args ...any) {
	s.notes = append(s.notes, table.OneLine(fmt.Sprintf(format, args...)))
}

// corruptionCells returns the cells of each corruption, all of the same images as the clean ones.
func corruptionCells(t *results.Table, clean results.Cell) (map[string][]int, error) {
	type at struct {
		corruption *corrupt.Corruption
		severity   int
	}
	cells, texts := map[string][]int{}, map[at]string{}
	for i, c := range t.Cells {
		p, err := bench.Parse(c.Perturbation)
		if err != nil {
			return nil, usage.Errorf("the results have a cell that this version does not know: %s", strings.TrimPrefix(err.Error(), "bench: "))
		}
		entry, o, _ := p.Corruption()
		if entry == nil {
			continue
		}
		if other, twice := texts[at{entry, o.Severity}]; twice {
			return nil, errTwice(other, c.Perturbation)
		}
		texts[at{entry, o.Severity}] = c.Perturbation
		if c.Images != clean.Images || c.N != clean.N {
			return nil, usage.Errorf("the results have %d images of %s, and %d clean ones of %s: want the same", c.N, p.Label(), clean.N, t.Images[clean.Images].Name)
		}
		cells[entry.Name] = append(cells[entry.Name], i)
	}
	return cells, nil
}

// findNetworks returns the networks of each seed.
func (s *overlapSample) findNetworks(t *results.Table) (map[uint64]*networksOf, error) {
	seeds := map[uint64]*networksOf{}
	var others []string
	first, unlike := -1, ""
	for i, n := range t.Networks {
		c := n.Card
		standard := c != nil && c.Recipe == "standard"
		if !standard && (c == nil || c.Recipe != "corrupt" || len(c.TrainedOn) != 1) {
			others = append(others, n.Name)
			continue
		}
		if first < 0 {
			first = i
		}
		if a, b := trainingOf(t.Networks[first].Card), trainingOf(c); a != b && unlike == "" {
			unlike = fmt.Sprintf("%s is %s, %s is %s", t.Networks[first].Name, a, n.Name, b)
		}
		of := seeds[c.Seed]
		if of == nil {
			of = &networksOf{-1, map[string]int{}}
			seeds[c.Seed] = of
		}
		if standard {
			if of.standard >= 0 {
				return nil, usage.Errorf("%s and %s are both standard networks with seed %d: want one", t.Networks[of.standard].Name, n.Name, c.Seed)
			}
			of.standard = i
			continue
		}
		if other, twice := of.trained[c.TrainedOn[0]]; twice {
			return nil, usage.Errorf("%s and %s were both trained on %s with seed %d: want one", t.Networks[other].Name, n.Name, c.TrainedOn[0], c.Seed)
		}
		of.trained[c.TrainedOn[0]] = i
	}
	if others != nil {
		s.note("Not counted, as they are neither standard nor trained on one corruption by the recipe corrupt: %s.", phrase.First(others, 5))
	}
	if unlike != "" {
		s.note("Not all networks were trained alike, which changes overlaps too: %s.", unlike)
	}
	return seeds, nil
}

// trainingOf returns what networks that overlaps are computed from have in common, but for seed and recipe.
func trainingOf(c *results.Card) string {
	text := fmt.Sprintf("%s on %d images of %s, %d epochs", c.Architecture, c.Images, c.Data, c.Epochs)
	if c.InitFrom != "" {
		text += " from another network on"
	}
	return text
}

// fill fills in what the networks got right. A seed of which something is missing is left out.
func (s *overlapSample) fill(t *results.Table, clean int, seeds map[uint64]*networksOf) error {
	var problem string
	for _, seed := range slices.Sorted(maps.Keys(seeds)) {
		run, missing := s.run(t, clean, seeds[seed])
		if missing != "" {
			problem = cmp.Or(problem, fmt.Sprintf("with seed %d there is no %s", seed, missing))
			s.note("Seed %d is left out: there is no %s.", seed, missing)
			continue
		}
		s.seeds, s.Runs = append(s.seeds, seed), append(s.Runs, run)
	}
	if len(s.Runs) == 0 {
		return usage.Errorf("no seed has all networks and results of %d corruptions: %s", len(s.Names), problem)
	}
	return nil
}

// run returns what the networks of a seed got right, or what is missing of it.
func (s *overlapSample) run(t *results.Table, clean int, of *networksOf) (r overlap.Run, missing string) {
	if of.standard < 0 {
		return r, "standard network"
	}
	outcome := func(network int, cells ...int) (o overlap.Outcome) {
		for _, c := range cells {
			right := t.Networks[network].Right[c]
			if right == nil {
				missing = cmp.Or(missing, fmt.Sprintf("result of %s for %s", t.Networks[network].Name, t.Cells[c].Perturbation))
				return nil
			}
			o = append(o, score.Pack(right))
		}
		return o
	}
	r.StandardClean = outcome(of.standard, clean)
	for i, name := range s.Names {
		network, ok := of.trained[name]
		if !ok {
			return r, "network trained on " + name
		}
		r.Standard = append(r.Standard, outcome(of.standard, s.cells[i]...))
		r.Clean = append(r.Clean, outcome(network, clean))
		var row []overlap.Outcome
		for j := range s.Names {
			row = append(row, outcome(network, s.cells[j]...))
		}
		r.Trained = append(r.Trained, row)
	}
	return r, missing
}
