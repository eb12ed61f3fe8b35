package results

import (
	"fmt"
	"slices"
)

// Merge returns a table of all networks and cells of some. A network that several have, by its name, is one; it is an error
// if it is of different files, or got different images right in a cell.
func Merge(tables ...*Table) (*Table, error) {
	all := &Table{}
	for _, t := range tables {
		if err := t.Check(); err != nil {
			return nil, err
		}
		if all.Title == "" {
			all.Title = t.Title
		}
		for name, value := range t.Protocol {
			if other, ok := all.Protocol[name]; ok && other != value {
				return nil, fmt.Errorf("results: the protocols differ: %s is %.60q and %.60q", name, other, value)
			}
			if all.Protocol == nil {
				all.Protocol = map[string]string{}
			}
			all.Protocol[name] = value
		}
		for _, command := range t.Made {
			if !slices.Contains(all.Made, command) {
				all.Made = append(all.Made, command)
			}
		}
		if err := all.add(t); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// add adds the cells and networks of another table.
func (t *Table) add(from *Table) error {
	places := make([]int, len(from.Cells)) // of its cells
	for i, c := range from.Cells {
		images := from.Images[c.Images]
		if c.Images = slices.Index(t.Images, images); c.Images < 0 {
			c.Images, t.Images = len(t.Images), append(t.Images, images)
		}
		if places[i] = slices.Index(t.Cells, c); places[i] < 0 {
			places[i], t.Cells = len(t.Cells), append(t.Cells, c)
		}
	}
	for i := range t.Networks {
		n := &t.Networks[i]
		n.Right = append(n.Right, make([][]bool, len(t.Cells)-len(n.Right))...)
	}
	for _, n := range from.Networks {
		at, err := t.Network(n.Name)
		if err != nil {
			at = len(t.Networks)
			t.Networks = append(t.Networks, Network{n.Name, n.File, n.SHA256, n.Input, n.Card, make([][]bool, len(t.Cells))})
		}
		to := &t.Networks[at]
		if to.SHA256 != n.SHA256 || to.Input != n.Input {
			return fmt.Errorf("results: two different networks have the name %s", n.Name)
		}
		if to.Card == nil {
			to.Card = n.Card
		}
		for k, right := range n.Right {
			switch has := to.Right[places[k]]; {
			case right == nil:
			case has == nil:
				to.Right[places[k]] = right
			case !slices.Equal(has, right):
				return fmt.Errorf("results: %s got different images right under %s", n.Name, from.Cells[k].Perturbation)
			}
		}
	}
	return nil
}
