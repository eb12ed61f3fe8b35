package papers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"steady/core/attack"
	"steady/core/bench"
	"steady/core/corrupt"
	"steady/core/phrase"
	"steady/core/results"
	"steady/tools/internal/usage"
)

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

// imageNames returns the names of images.
func imageNames(t *results.Table, hashes []string) string {
	var list []string
	for _, images := range t.Images {
		if text := imageName(images); slices.Contains(hashes, images.Hash) && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return strings.Join(list, ", ")
}

// imageName returns the name of images, with the beginning of their hash and what identifies a sample.
func imageName(images results.Images) string {
	hash, sample, sampled := strings.Cut(images.Hash, " ")
	if sampled {
		return fmt.Sprintf("%s (%.8s, %s)", images.Name, hash, sample)
	}
	return fmt.Sprintf("%s (%.8s)", images.Name, hash)
}

// notePreparations notes networks whose images were prepared in several ways. It is an error if those of one network were.
func (g *grid) notePreparations(t *results.Table, networks []int, hash string) error {
	var order []string
	of := map[string][]string{} // names of networks
	for _, i := range networks {
		before := ""
		for k, c := range t.Cells {
			images := t.Images[c.Images]
			switch {
			case images.Hash != hash || !t.Measured(i, k):
				continue
			case before == "":
				before = images.Preparation
				if of[before] == nil {
					order = append(order, before)
				}
				of[before] = append(of[before], t.Networks[i].Name)
			case images.Preparation != before:
				return usage.Errorf("%s was measured on images that were prepared as %s and as %s: give results of one", t.Networks[i].Name, before, images.Preparation)
			}
		}
	}
	if len(order) < 2 {
		return nil
	}
	var texts []string
	for _, preparation := range order {
		texts = append(texts, fmt.Sprintf("%s (%s)", preparation, phrase.First(of[preparation], 3)))
	}
	g.notes = append(g.notes, fmt.Sprintf("Images were prepared in several ways, and at another size corruptions and attacks are not of the same amounts: %s.", strings.Join(texts, "; ")))
	return nil
}

// key identifies a cell but for its number of images.
type key struct {
	perturbation, overlays string
	seed                   uint64
}

// keyOf returns the key of a cell. Clean images draw nothing, whatever the seed.
func keyOf(c results.Cell) key {
	if c.Perturbation == "clean" {
		return key{perturbation: c.Perturbation}
	}
	return key{c.Perturbation, c.Overlays, c.Seed}
}

// from returns the key as text, with the seed and photographs if only they differ from those of another one.
func (k key) from(other key) string {
	text := k.perturbation
	if k.perturbation != other.perturbation {
		return text
	}
	text += fmt.Sprintf(" with seed %d", k.seed)
	switch {
	case k.overlays == other.overlays:
		return text
	case k.overlays == "":
		return text + " and grown frost"
	}
	return text + fmt.Sprintf(" and photographs of frost %.8s", k.overlays)
}

// columns returns the perturbations that all networks have on the same images, with the same random numbers: of as many
// images as all have.
func (g *grid) columns(t *results.Table, networks []int, hash string) (list []*column, err error) {
	right := map[key][][]bool{}
	var order []key
	for k, c := range t.Cells {
		if images := t.Images[c.Images]; images.Hash != hash {
			continue
		} else if g.images == "" {
			g.images = images.Name
		}
		id := keyOf(c)
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
			g.addLack(id, order, right)
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

// lack is a cell that not all networks have.
type lack struct {
	corruption *corrupt.Corruption // nil of an attack
	text       string              // ": a was measured under this, b was not"
	near       bool                // b was measured under nearly the same
}

// addLack adds a cell that not all networks have, if any of them has it: one of each corruption, with nearly the same cell of
// another network if there is one, as this says best what is to be changed.
func (g *grid) addLack(id key, order []key, right map[key][][]bool) {
	measured := func(r []bool) bool { return r != nil }
	has := slices.IndexFunc(right[id], measured)
	lacks := slices.IndexFunc(right[id], func(r []bool) bool { return r == nil })
	p, err := bench.Parse(id.perturbation)
	if has < 0 || err != nil {
		return
	}
	l := lack{}
	l.corruption, _, _ = p.Corruption()
	beside := slices.IndexFunc(order, func(o key) bool { return o != id && right[o][lacks] != nil && alike(id.perturbation, o.perturbation) })
	l.near = beside >= 0
	before := slices.IndexFunc(g.lacking, func(o lack) bool { return o.corruption == l.corruption })
	if before >= 0 && (g.lacking[before].near || !l.near) {
		return
	}
	if l.near {
		l.text = fmt.Sprintf(": %s was measured under %s, %s under %s", g.networks[has].Name, id.from(order[beside]), g.networks[lacks].Name, order[beside].from(id))
	} else {
		l.text = fmt.Sprintf(": %s was measured under %s, %s was not", g.networks[has].Name, id.perturbation, g.networks[lacks].Name)
	}
	if before >= 0 {
		g.lacking[before] = l
	} else {
		g.lacking = append(g.lacking, l)
	}
}

// alike reports whether two perturbations are one corruption at one severity, or one attack.
func alike(a, b string) bool {
	p, err := bench.Parse(a)
	q, otherErr := bench.Parse(b)
	if err != nil || otherErr != nil {
		return false
	}
	c, o, _ := p.Corruption()
	of, with, _ := q.Corruption()
	attack, _ := p.Attack()
	other, _ := q.Attack()
	return c == of && o.Severity == with.Severity && attack == other
}

// lack returns as text which networks differ in one of some cells that not all have, "" if there is no such cell.
func (g *grid) lack(of func(*lack) bool) (text string) {
	for i := range g.lacking {
		if l := &g.lacking[i]; of(l) && (text == "" || l.near) {
			if text = l.text; l.near {
				return text
			}
		}
	}
	return text
}

// errNoCorruption returns the error of networks that have no corruption in common.
func (g *grid) errNoCorruption() error {
	return usage.Errorf("the networks have no corruption in common%s: measure all of them with the same suites and seed",
		g.lack(func(l *lack) bool { return l.corruption != nil }))
}

// errNoAttack returns the error of networks that have no attack in common.
func (g *grid) errNoAttack() error {
	return usage.Errorf("the networks have no attack in common%s: measure all of them under the same attacks and seed",
		g.lack(func(l *lack) bool { return l.corruption == nil }))
}

// noteFewImages notes the cell that sets the number of corrupted images, where there are more in others.
func (g *grid) noteFewImages() {
	few, most := g.clean, 0
	columns := []*column{g.clean}
	for _, c := range g.corruptions {
		columns = append(columns, c.columns...)
	}
	for _, c := range columns {
		if c.n < few.n {
			few = c
		}
		most = max(most, c.most())
	}
	if len(columns) > 1 && few.n < most {
		g.notes = append(g.notes, fmt.Sprintf("Figures under corruptions, and what they are relative to, are of the first %s, as there are no more of %s %s: other networks and cells have up to %d.",
			phrase.Count(few.n, "image"), g.fewest(few), few.where(), most))
	}
}

// aboutAttacks returns notes of the networks that set the number of images under attacks, where others have more, of attacks
// that were to choose, and of the eps that attacks do not name.
func (g *grid) aboutAttacks() (notes []string) {
	for _, a := range g.attacks {
		if a.n < a.most() {
			notes = append(notes, fmt.Sprintf("Figures %s are of the first %s, as there are no more of %s: other networks have up to %d.",
				a.where(), phrase.Count(a.n, "image"), g.fewest(a), a.most()))
		}
	}
	if len(g.attacksIn) > 0 {
		notes = append(notes, fmt.Sprintf("--corruptions %s: its attacks are ignored; every attack that all networks have is shown.", strings.Join(g.attacksIn, ", ")))
	}
	if usual := g.usualEps(); len(usual) > 0 {
		notes = append(notes, fmt.Sprintf("Attacks without an eps have the default: %s.", strings.Join(usual, ", ")))
	}
	return notes
}

// usualEps returns the eps of attacks that do not name it, once for each norm.
func (g *grid) usualEps() (usual []string) {
	eps := attack.OptionTable().Lookup("eps")
	for _, c := range g.attacks {
		a, params := c.perturbation.Attack()
		text := fmt.Sprintf("%s (%s)", eps.Text(&params), params.Norm)
		if params.Eps > 0 && params.Eps == a.Default(params.Norm).Eps && !slices.Contains(usual, text) {
			usual = append(usual, text)
		}
	}
	return usual
}

// most returns the largest number of images that a network has.
func (c *column) most() (n int) {
	for _, r := range c.right {
		n = max(n, len(r))
	}
	return n
}

// where returns the perturbation as text.
func (c *column) where() string {
	if c.perturbation.Clean() {
		return "on clean images"
	}
	return "under " + c.text
}

// fewest returns the networks that have the fewest images in a column.
func (g *grid) fewest(c *column) string {
	var names []string
	for i, r := range c.right {
		if len(r) == c.n {
			names = append(names, g.networks[i].Name)
		}
	}
	if len(names) == len(g.networks) {
		return "any network"
	}
	return phrase.First(names, 3)
}
