package papers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"steady/core/bench"
	"steady/core/corrupt"
	"steady/core/phrase"
	"steady/core/results"
	"steady/tools/internal/usage"
)

// grid is networks in the cells that all of them have, on the same images.
type grid struct {
	images      string // their name
	networks    []*results.Network
	clean       *column
	corruptions []*corruption // in the order of the results
	attacks     []*column
	notes       []string // what is left out
}

// column is what the networks got right under a perturbation: of the first n images.
type column struct {
	text         string
	perturbation bench.Perturbation
	n            int
	right        [][]bool // by networks
}

// corruption is a corruption at the severities that were measured.
type corruption struct {
	name    string
	entry   *corrupt.Corruption
	columns []*column
}

// mean returns for each of the first n images the share of severities at which a network gets it right.
func (c *corruption) mean(network, n int) []float64 {
	shares := make([]float64, n)
	for _, column := range c.columns {
		for i, right := range column.right[network][:n] {
			if right {
				shares[i] += 1 / float64(len(c.columns))
			}
		}
	}
	return shares
}

// shares returns 1 for each of the first n images that a network gets right.
func (c *column) shares(network, n int) []float64 {
	shares := make([]float64, n)
	for i, right := range c.right[network][:n] {
		if right {
			shares[i] = 1
		}
	}
	return shares
}

func (c *column) severity() int {
	_, o, _ := c.perturbation.Corruption()
	return o.Severity
}

// count returns how many of the first n images a network gets right.
func (c *column) count(network, n int) (right int) {
	for _, r := range c.right[network][:n] {
		if r {
			right++
		}
	}
	return right
}

// corruptedImages is the number of images that clean and all corrupted cells have.
func (g *grid) corruptedImages() int {
	n := g.clean.n
	for _, c := range g.corruptions {
		for _, column := range c.columns {
			n = min(n, column.n)
		}
	}
	return n
}

// cells returns the number of corrupted cells.
func (g *grid) cells() (n int) {
	for _, c := range g.corruptions {
		n += len(c.columns)
	}
	return n
}

// selection is what a user chooses of results.
type selection struct {
	networks    []string // names; nil for all
	corruptions []string // words of lookUpMeasured; nil for all that were measured
}

// newGrid returns the cells that all networks have, of those chosen.
func newGrid(t *results.Table, s selection) (*grid, error) {
	chosen, err := s.choose(t)
	if err != nil {
		return nil, err
	}
	g := &grid{}
	for _, i := range chosen {
		g.networks = append(g.networks, &t.Networks[i])
	}
	if len(chosen) == 0 {
		return nil, usage.Errorf("there are no networks in the results")
	}
	g.noteSame()
	hash, err := commonImages(t, chosen)
	if err != nil {
		return nil, err
	}
	columns, err := g.columns(t, chosen, hash)
	if err != nil {
		return nil, err
	}
	choices, err := s.choices()
	if err != nil {
		return nil, err
	}
	for _, c := range columns {
		entry, _, _ := c.perturbation.Corruption()
		attack, params := c.perturbation.Attack()
		switch {
		case c.perturbation.Clean():
			g.clean = c
		case attack != nil && attack.Nearest(params):
			g.notes = append(g.notes, fmt.Sprintf("%s is left out: it looks for the closest adversarial image, and the results have no distances.", c.text))
		case attack != nil:
			g.attacks = append(g.attacks, c)
		case len(choices) == 0 || slices.ContainsFunc(choices, func(o choice) bool { return slices.Contains(o.corruptions, entry) }):
			at := slices.IndexFunc(g.corruptions, func(o *corruption) bool { return o.entry == entry })
			if at < 0 {
				at = len(g.corruptions)
				g.corruptions = append(g.corruptions, &corruption{name: entry.Name, entry: entry})
			}
			for _, o := range g.corruptions[at].columns {
				if o.severity() == c.severity() {
					return nil, errTwice(o.text, c.text)
				}
			}
			g.corruptions[at].columns = append(g.corruptions[at].columns, c)
		}
	}
	for _, o := range choices {
		if !slices.ContainsFunc(g.corruptions, func(c *corruption) bool { return slices.Contains(o.corruptions, c.entry) }) {
			return nil, usage.Errorf("--corruptions: not all networks were measured under %s", o.word)
		}
	}
	g.leaveOutRanges()
	n := g.corruptedImages()
	for _, a := range g.attacks {
		n = min(n, a.n)
	}
	if n < 2 {
		return nil, usage.Errorf("the results are of a single image: want at least 2")
	}
	for i := range g.networks {
		if g.clean.count(i, n) == 0 {
			return nil, usage.Errorf("%s is right about none of %d clean images: what is left of that under a corruption is undefined", g.networks[i].Name, n)
		}
	}
	return g, nil
}

// errTwice returns an error about two cells, which a mean over severities would count twice.
func errTwice(a, b string) error {
	if a == b {
		return usage.Errorf("%s was measured with several seeds or photographs of frost: give results of one", a)
	}
	return usage.Errorf("%s and %s are one corruption at one severity: give results of one of them", a, b)
}

// unlike returns a note if, by their model cards, two networks differ in more than how they were trained.
func (g *grid) unlike(network, base int) []string {
	a, b := g.networks[network], g.networks[base]
	if a.Card == nil || b.Card == nil || a.Card.Architecture == b.Card.Architecture && a.Card.Data == b.Card.Data {
		return nil
	}
	return []string{fmt.Sprintf("%s is %s trained on %s, %s is %s trained on %s: differences may come from that.",
		a.Name, a.Card.Architecture, a.Card.Data, b.Name, b.Card.Architecture, b.Card.Data)}
}

// noteSame notes networks that are there under several names.
func (g *grid) noteSame() {
	for i, a := range g.networks {
		for _, b := range g.networks[:i] {
			if a.SHA256 != "" && a.SHA256 == b.SHA256 && a.Input == b.Input {
				g.notes = append(g.notes, fmt.Sprintf("%s and %s are the same file, which counts twice.", b.Name, a.Name))
			}
		}
	}
}

// choose returns the places of the networks.
func (s selection) choose(t *results.Table) (places []int, err error) {
	if len(s.networks) == 0 {
		for i := range t.Networks {
			places = append(places, i)
		}
		return places, nil
	}
	for _, name := range s.networks {
		i, err := t.Network(name)
		switch {
		case err != nil:
			return nil, usage.Errorf("--network: the results have no %.60q, only %s", name, phrase.First(names(t), 20))
		case slices.Contains(places, i):
			return nil, usage.Errorf("--network: %s is there twice", name)
		}
		places = append(places, i)
	}
	return places, nil
}

func names(t *results.Table) (list []string) {
	for _, n := range t.Networks {
		list = append(list, n.Name)
	}
	return list
}

// choice is a word of --corruptions, and what it stands for.
type choice struct {
	word        string
	corruptions []*corrupt.Corruption
}

// choices returns the corruptions that are chosen: none if all are.
func (s selection) choices() (list []choice, err error) {
	for _, word := range s.corruptions {
		found, err := lookUpMeasured(word)
		if err != nil {
			return nil, usage.Errorf("--corruptions: %s", strings.TrimPrefix(err.Error(), "corrupt: "))
		}
		list = append(list, choice{word, found})
	}
	return list, nil
}

// leaveOutRanges leaves drawn severities out of corruptions that were measured at severities of their own, too: in a mean
// they would count as one more.
func (g *grid) leaveOutRanges() {
	for _, c := range g.corruptions {
		if len(c.columns) == 1 {
			continue
		}
		c.columns = slices.DeleteFunc(c.columns, func(o *column) bool {
			drawn := o.severity() == corrupt.FullRange
			if drawn {
				g.notes = append(g.notes, fmt.Sprintf("%s is left out: there are results of severities 1 to 5 as well.", o.text))
			}
			return drawn
		})
	}
}

// commonImages returns the hash of the images on which all networks were measured clean.
func commonImages(t *results.Table, networks []int) (string, error) {
	clean := func(network int) (hashes []string) {
		for k, c := range t.Cells {
			if hash := t.Images[c.Images].Hash; c.Perturbation == "clean" && t.Measured(network, k) && !slices.Contains(hashes, hash) {
				hashes = append(hashes, hash)
			}
		}
		return hashes
	}
	common := clean(networks[0])
	for _, i := range networks {
		of := clean(i)
		if len(of) == 0 {
			return "", usage.Errorf("%s was not measured on clean images", t.Networks[i].Name)
		}
		before := common
		common = slices.DeleteFunc(slices.Clone(common), func(h string) bool { return !slices.Contains(of, h) })
		if len(common) == 0 {
			return "", usage.Errorf("the networks have no images in common: %s was measured on %s, %s on %s",
				t.Networks[networks[0]].Name, imageNames(t, before), t.Networks[i].Name, imageNames(t, of))
		}
	}
	if len(common) > 1 {
		return "", usage.Errorf("the networks were measured on several sets of images (%s): give results of one", imageNames(t, common))
	}
	return common[0], nil
}

// imageNames returns the names of images, with the beginning of their hashes.
func imageNames(t *results.Table, hashes []string) string {
	var list []string
	for _, images := range t.Images {
		if text := fmt.Sprintf("%s (%.8s)", images.Name, images.Hash); slices.Contains(hashes, images.Hash) && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return strings.Join(list, ", ")
}

// columns returns the perturbations that all networks have on the same images, with the same random numbers: of as many
// images as all have.
func (g *grid) columns(t *results.Table, networks []int, hash string) (list []*column, err error) {
	type key struct {
		perturbation, overlays string
		seed                   uint64
	}
	right := map[key][][]bool{}
	var order []key
	for k, c := range t.Cells {
		if images := t.Images[c.Images]; images.Hash != hash {
			continue
		} else if g.images == "" {
			g.images = images.Name
		}
		id := key{c.Perturbation, c.Overlays, c.Seed}
		if c.Perturbation == "clean" { // which draws nothing
			id = key{perturbation: c.Perturbation}
		}
		if right[id] == nil {
			right[id], order = make([][]bool, len(networks)), append(order, id)
		}
		for i, network := range networks {
			if r := t.Networks[network].Right[k]; len(r) > len(right[id][i]) {
				right[id][i] = r
			}
		}
	}
	var without []string
	for _, id := range order {
		c := &column{text: id.perturbation, right: right[id]}
		c.n = len(slices.MinFunc(c.right, func(a, b []bool) int { return cmp.Compare(len(a), len(b)) }))
		if c.n == 0 {
			without = append(without, id.perturbation)
			continue
		}
		if slices.ContainsFunc(list, func(o *column) bool { return o.text == c.text }) {
			return nil, errTwice(c.text, c.text)
		}
		if c.perturbation, err = bench.Parse(c.text); err != nil {
			return nil, usage.Errorf("the results have a cell that is not known here: %s", strings.TrimPrefix(err.Error(), "bench: "))
		}
		list = append(list, c)
	}
	if len(without) > 0 {
		g.notes = append(g.notes, fmt.Sprintf("Left out, as not all networks were measured under this: “%s”.", phrase.First(without, 3)))
	}
	return list, nil
}
