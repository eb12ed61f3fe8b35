package results

import (
	"fmt"
	"maps"
	"slices"
)

// Merge returns a table of all networks and cells of some. A network that several have, by its name, is one; it is an error
// if it is of different files, if its model cards differ in how it was trained, or if it got different images right in a
// cell. Of the protocols is kept what all tables with networks say: a protocol is of all networks. It is an error if they
// say different things.
func Merge(tables ...*Table) (*Table, error) {
	protocol, err := mergeProtocols(tables)
	if err != nil {
		return nil, err
	}
	all := &Table{Protocol: protocol}
	for _, t := range tables {
		if err := t.Check(); err != nil {
			return nil, err
		}
		if all.Title == "" {
			all.Title = t.Title
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

// mergeProtocols returns what all tables with networks say, nil for nothing.
func mergeProtocols(tables []*Table) (map[string]string, error) {
	said, times, of := map[string]string{}, map[string]int{}, 0
	for _, t := range tables {
		if len(t.Networks) > 0 {
			of++
		}
		for _, name := range slices.Sorted(maps.Keys(t.Protocol)) {
			if other, ok := said[name]; ok && other != t.Protocol[name] {
				return nil, fmt.Errorf("results: the protocols differ: %s is %.60q and %.60q", name, other, t.Protocol[name])
			}
			said[name] = t.Protocol[name]
			if len(t.Networks) > 0 {
				times[name]++
			}
		}
	}
	maps.DeleteFunc(said, func(name, _ string) bool { return times[name] < of })
	if len(said) == 0 {
		return nil, nil
	}
	return said, nil
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
		if err := to.AddCard(n.Card); err != nil {
			return err
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

// AddCard adds what another model card says: all of it if there is none, or else what the network was trained on if that is
// not known. It is an error if the cards differ in the training.
func (n *Network) AddCard(other *Card) error {
	switch {
	case other == nil:
		return nil
	case n.Card == nil:
		n.Card = other
		return nil
	}
	if d := n.Card.Differences(other); len(d) > 0 {
		return fmt.Errorf("results: two model cards of %s differ: %s: want those of one training", n.Name, d[0])
	}
	if n.Card.TrainedOn == nil {
		n.Card = other
	}
	return nil
}
