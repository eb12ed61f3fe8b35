package papers

import (
	"fmt"
	"slices"

	"steady/core/bench"
	"steady/core/corrupt"
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
	lacking     []lack   // cells that not all networks have
	attacksIn   []string // words of --corruptions that stand for attacks, too
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

// newGrid returns the cells that all networks have, of those chosen.
func newGrid(t *results.Table, s selection) (*grid, error) {
	chosen, err := s.choose(t)
	if err != nil {
		return nil, err
	}
	choices, err := s.choices()
	if err != nil {
		return nil, err
	}
	g := &grid{}
	for _, i := range chosen {
		g.networks = append(g.networks, &t.Networks[i])
	}
	g.noteSame()
	hash, err := commonImages(t, chosen)
	if err != nil {
		return nil, err
	}
	if err := g.notePreparations(t, chosen, hash); err != nil {
		return nil, err
	}
	columns, err := g.columns(t, chosen, hash)
	if err != nil {
		return nil, err
	}
	for _, c := range columns {
		if err := g.add(c, choices); err != nil {
			return nil, err
		}
	}
	if err := g.noteMissing(choices); err != nil {
		return nil, err
	}
	g.leaveOutRanges()
	g.noteFewImages()
	return g, g.checkImages()
}

// add adds a column, if it is chosen.
func (g *grid) add(c *column, choices []choice) error {
	entry, o, _ := c.perturbation.Corruption()
	attack, params := c.perturbation.Attack()
	switch {
	case c.perturbation.Clean():
		g.clean = c
	case attack != nil && attack.Nearest(params):
		g.notes = append(g.notes, fmt.Sprintf("%s is left out: it looks for the closest adversarial image, and the results have no distances.", c.text))
	case attack != nil:
		g.attacks = append(g.attacks, c)
	case len(choices) == 0 || slices.ContainsFunc(choices, func(chosen choice) bool { return chosen.has(entry, o.Severity) }):
		at := slices.IndexFunc(g.corruptions, func(o *corruption) bool { return o.entry == entry })
		if at < 0 {
			at = len(g.corruptions)
			g.corruptions = append(g.corruptions, &corruption{name: entry.Name, entry: entry})
		}
		for _, o := range g.corruptions[at].columns {
			if o.severity() == c.severity() {
				return errTwice(o.text, c.text)
			}
		}
		g.corruptions[at].columns = append(g.corruptions[at].columns, c)
	}
	return nil
}

// checkImages returns an error if scores are undefined on the images that all cells have.
func (g *grid) checkImages() error {
	n := g.corruptedImages()
	for _, a := range g.attacks {
		n = min(n, a.n)
	}
	if n < 2 {
		return usage.Errorf("the results are of a single image: want at least 2")
	}
	for i := range g.networks {
		if g.clean.count(i, n) == 0 {
			return usage.Errorf("%s is right about none of %d clean images: what is left of that under a corruption is undefined", g.networks[i].Name, n)
		}
	}
	return nil
}

// errTwice returns an error about two cells, which a mean over severities would count twice.
func errTwice(a, b string) error {
	if a == b {
		return usage.Errorf("%s was measured with several seeds or photographs of frost: give results of one", a)
	}
	return usage.Errorf("%s and %s are one corruption at one severity: give results of one of them", a, b)
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
