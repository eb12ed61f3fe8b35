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
	first       *results.Card // of one of the networks
	notes       []string      // sentences about what was left out
}

// networksOf are the networks of one seed, by their places: the standard one, and those of corruptions by name.
type networksOf struct {
	standard int // -1 if there is none
	trained  map[string]int
}

// newOverlapSample finds the networks and cells of a table: the recipe of a standard network is standard, that of the others
// corrupt, with a single corruption. Only some corruptions and seeds count if they are named, else all that a network was trained
// on and with.
func newOverlapSample(t *results.Table, only []*corrupt.Corruption, onlySeeds []uint64) (*overlapSample, error) {
	s := &overlapSample{Sample: &overlap.Sample{}}
	clean := t.Cell(bench.Perturbation{}.String())
	if clean < 0 {
		return nil, usage.Errorf("the results have no clean images")
	}
	first := t.Cells[clean]
	s.images, s.Sample.Images = t.Images[first.Images], first.N
	cells, err := s.corruptionCells(t, first)
	if err != nil {
		return nil, err
	}
	seeds, err := s.findNetworks(t, onlySeeds)
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
		return nil, usage.Errorf("the results have networks of %s: want at least 2, each with a network that was trained on it alone, by the recipe corrupt", phrase.Count(len(s.Names), "corruption"))
	}
	s.noteAmounts(t, seeds)
	return s, s.fill(t, clean, seeds)
}

// noteAmounts says where networks were trained on other amounts of a corruption than it was measured with, or not on half of the
// images corrupted, as the score wants it.
func (s *overlapSample) noteAmounts(t *results.Table, seeds map[uint64]*networksOf) {
	var severities, shares []string
	for i, name := range s.Names {
		for _, seed := range slices.Sorted(maps.Keys(seeds)) {
			network, ok := seeds[seed].trained[name]
			if !ok {
				continue
			}
			own := recipeOptions(t.Networks[network].Card)
			if share, ok := own["share"].(float64); ok && share != .5 {
				shares = append(shares, fmt.Sprintf("%s %g", t.Networks[network].Name, share))
			}
			if trained, measured := own["severity"], s.severity(t, i); trained != nil && fmt.Sprint(trained) != measured {
				severities = append(severities, fmt.Sprintf("%s %v and %s", t.Networks[network].Name, trained, measured))
			}
		}
	}
	if severities != nil {
		s.note("Trained and measured at different severities: %s.", phrase.First(severities, 3))
	}
	if shares != nil {
		s.note("Trained on another share of corrupted images than one half: %s.", phrase.First(shares, 3))
	}
}

// severity returns the severities that a corruption was measured at: "range" for a draw or all five.
func (s *overlapSample) severity(t *results.Table, corruption int) string {
	var list []int
	for _, cell := range s.cells[corruption] {
		if p, err := bench.Parse(t.Cells[cell].Perturbation); err == nil {
			_, o, _ := p.Corruption()
			list = append(list, o.Severity)
		}
	}
	slices.Sort(list)
	if slices.Equal(list, []int{corrupt.FullRange}) || slices.Equal(list, []int{1, 2, 3, 4, 5}) {
		return "range"
	}
	return strings.Trim(fmt.Sprint(list), "[]")
}

func (s *overlapSample) note(format string, args ...any) {
	s.notes = append(s.notes, table.OneLine(fmt.Sprintf(format, args...)))
}

// corruptionCells returns the cells of each corruption, all of the same images as the clean ones. A drawn severity is left out
// where there are others: in their mean it would count as one more.
func (s *overlapSample) corruptionCells(t *results.Table, clean results.Cell) (map[string][]int, error) {
	type at struct {
		corruption *corrupt.Corruption
		severity   int
	}
	cells, texts, drawn := map[string][]int{}, map[at]string{}, map[string]int{}
	for i, c := range t.Cells {
		p, err := bench.Parse(c.Perturbation)
		if err != nil {
			return nil, usage.Errorf("the results have a cell that this version does not know: %s", strings.TrimPrefix(err.Error(), "bench: "))
		}
		entry, o, _ := p.Corruption()
		if entry == nil {
			continue
		}
		if c.Images != clean.Images || c.N != clean.N {
			return nil, usage.Errorf("the results have %d images of %s with %s, and %d clean ones of %s: want the same", c.N,
				described(t.Images[c.Images]), p.Label(), clean.N, described(t.Images[clean.Images]))
		}
		if other, twice := texts[at{entry, o.Severity}]; twice {
			return nil, errTwice(other, c.Perturbation)
		}
		texts[at{entry, o.Severity}] = c.Perturbation
		if o.Severity == corrupt.FullRange {
			drawn[entry.Name] = i
		} else {
			cells[entry.Name] = append(cells[entry.Name], i)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(drawn)) {
		i := drawn[name]
		if cells[name] == nil {
			cells[name] = []int{i}
		} else {
			s.note("%s is left out: there are results of severities 1 to 5 as well.", t.Cells[i].Perturbation)
		}
	}
	return cells, nil
}

// described returns the name of images with how they are prepared.
func described(images results.Images) string { return imageName(images) + " " + images.Preparation }

// findNetworks returns the networks of each seed, or of some.
func (s *overlapSample) findNetworks(t *results.Table, only []uint64) (map[uint64]*networksOf, error) {
	seeds := map[uint64]*networksOf{}
	there := map[uint64]bool{}
	var others []string
	var members []int
	for i, n := range t.Networks {
		c := n.Card
		standard := c != nil && c.Recipe == "standard" && len(c.TrainedOn) == 0
		if !standard && (c == nil || c.Recipe != "corrupt" || len(c.TrainedOn) != 1) {
			others = append(others, n.Name)
			continue
		}
		there[c.Seed] = true
		if only != nil && !slices.Contains(only, c.Seed) {
			continue
		}
		members = append(members, i)
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
		name := c.TrainedOn[0]
		if other, twice := of.trained[name]; twice {
			return nil, usage.Errorf("%s and %s were both trained on %s with seed %d: want one", t.Networks[other].Name, n.Name, name, c.Seed)
		}
		of.trained[name] = i
		if _, err := corrupt.Lookup(name); err != nil {
			s.note("%s is not counted: it was trained on %.60q, which this version does not know.", n.Name, name)
		}
	}
	for _, seed := range only {
		if !there[seed] {
			return nil, usage.Errorf("--only-seeds: no network was trained with seed %d, valid: %s", seed, joinSeeds(slices.Sorted(maps.Keys(there))))
		}
	}
	if others != nil {
		s.note("Not counted, as they are neither standard nor trained on one corruption by the recipe corrupt: %s.", phrase.First(others, 5))
	}
	if len(members) > 0 {
		s.first = t.Networks[members[0]].Card
	}
	if unlike := unlikeTraining(t, members); unlike != "" {
		s.note("Not all networks were trained alike, which changes overlaps too: %s.", unlike)
	}
	return seeds, nil
}

func joinSeeds(seeds []uint64) string {
	var words []string
	for _, seed := range seeds {
		words = append(words, fmt.Sprint(seed))
	}
	return strings.Join(words, ", ")
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
