package store

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"steady/core/bench"
)

// grid is what a store asks for, as it is in its tables.
type grid struct {
	path          string // of the store
	subjects      []row  // by their ids
	perturbations []row
	plans         map[planKey]plan
	cells         map[bench.Key]place
	programs      []string
}

// row is the texts of a row, in the order of the columns.
type row []sql.NullString

const (
	subjectColumns      = "name, file, data_name, network, input, data, preparation, overlays, seed, classes, labels, indices"
	perturbationColumns = "text, corruption, severity, attack"
)

type planKey struct{ subject, perturbation string }

type plan struct {
	images int
	cells  []cellRow // by their first images
}

type cellRow struct {
	first, images int
	key           bench.Key
}

// place is where in a grid a cell is.
type place struct {
	planKey
	first, images int
	labels        []int // of its images
}

func (p place) String() string {
	return fmt.Sprintf("%s of %s, images %d to %d", p.perturbation, p.subject, p.first, p.first+p.images-1)
}

// readGrid reads a grid in a transaction.
func readGrid(tx *sql.Tx, path string) (*grid, error) {
	g := &grid{path: path, plans: map[planKey]plan{}, cells: map[bench.Key]place{}}
	var err error
	if g.subjects, err = texts(tx, "select "+subjectColumns+" from subject order by id"); err != nil {
		return nil, err
	}
	if g.perturbations, err = texts(tx, "select "+perturbationColumns+" from perturbation order by id"); err != nil {
		return nil, err
	}
	programs, err := texts(tx, "select distinct program from run order by program")
	if err != nil {
		return nil, err
	}
	for _, r := range programs {
		g.programs = append(g.programs, r[0].String)
	}
	labels := map[string][]int{}
	for _, r := range g.subjects {
		var list []int
		if err := json.Unmarshal([]byte(r[10].String), &list); err != nil {
			return nil, fmt.Errorf("labels of %s: %w", r[0].String, err)
		}
		labels[r[0].String] = list
	}
	rows, err := tx.Query("select s.name, p.text, plan.images, cell.first, cell.images, cell.key from plan join subject s on s.id = plan.subject " +
		"join perturbation p on p.id = plan.perturbation join cell on cell.plan = plan.id order by plan.id, cell.first")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var at planKey
		var p plan
		var c cellRow
		var key []byte
		if err := rows.Scan(&at.subject, &at.perturbation, &p.images, &c.first, &c.images, &key); err != nil {
			return nil, err
		}
		list := labels[at.subject]
		if len(key) != len(c.key) || c.first < 0 || c.images < 1 || c.first > len(list)-c.images {
			return nil, fmt.Errorf("%s of %s has a cell of %d images from %d, of %d with labels", at.perturbation, at.subject, c.images, c.first, len(list))
		}
		c.key = bench.Key(key)
		p.cells = append(g.plans[at].cells, c)
		g.plans[at] = p
		g.cells[c.key] = place{at, c.first, c.images, list[c.first:][:c.images]}
	}
	return g, rows.Err()
}

// texts returns the rows of a query for texts.
func texts(tx *sql.Tx, query string) (list []row, err error) {
	rows, err := tx.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		r := make(row, len(columns))
		to := make([]any, len(r))
		for i := range r {
			to[i] = &r[i]
		}
		if err := rows.Scan(to...); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// order is text by which of grids that have the same in another order one is chosen.
func (g *grid) order() string {
	var b strings.Builder
	for _, r := range append(slices.Clip(g.subjects), g.perturbations...) {
		for _, column := range r[:3] { // the others are the same
			fmt.Fprintf(&b, "%q", column.String)
		}
	}
	return b.String()
}

// write writes the grid to an empty store.
func (g *grid) write(tx *sql.Tx) error {
	insert := func(table, columns string, rows []row) (ids map[string]int64, err error) {
		ids = map[string]int64{}
		marks := strings.TrimSuffix(strings.Repeat("?, ", strings.Count(columns, ",")+1), ", ")
		for i, r := range rows {
			values := []any{i + 1}
			for _, text := range r {
				values = append(values, text)
			}
			if _, err := tx.Exec("insert into "+table+"(id, "+columns+") values(?, "+marks+")", values...); err != nil {
				return nil, err
			}
			ids[r[0].String] = int64(i + 1)
		}
		return ids, nil
	}
	subjects, err := insert("subject", subjectColumns, g.subjects)
	if err != nil {
		return err
	}
	perturbations, err := insert("perturbation", perturbationColumns, g.perturbations)
	if err != nil {
		return err
	}
	keys := slices.SortedFunc(maps.Keys(g.plans), func(a, b planKey) int {
		return cmp.Or(cmp.Compare(subjects[a.subject], subjects[b.subject]), cmp.Compare(perturbations[a.perturbation], perturbations[b.perturbation]))
	})
	for i, at := range keys {
		p := g.plans[at]
		if _, err := tx.Exec("insert into plan values(?, ?, ?, ?)", i+1, subjects[at.subject], perturbations[at.perturbation], p.images); err != nil {
			return err
		}
		for _, c := range p.cells {
			if _, err := tx.Exec("insert into cell values(?, ?, ?, ?)", i+1, c.first, c.images, c.key[:]); err != nil {
				return err
			}
		}
	}
	return nil
}

// differs returns what of two grids is not the same, apart from the order and the names of files: "" if nothing is.
func (g *grid) differs(other *grid) string {
	if text := g.subjectsDiffer(other); text != "" {
		return text
	}
	order := func(a, b planKey) int {
		return cmp.Or(cmp.Compare(a.subject, b.subject), cmp.Compare(a.perturbation, b.perturbation))
	}
	for _, pair := range [][2]*grid{{g, other}, {other, g}} {
		for _, at := range slices.SortedFunc(maps.Keys(pair[0].plans), order) {
			if _, ok := pair[1].plans[at]; !ok {
				return fmt.Sprintf("%s is to be measured under %s in %s, and not in %s", at.subject, at.perturbation, pair[0].path, pair[1].path)
			}
		}
	}
	for _, at := range slices.SortedFunc(maps.Keys(g.plans), order) {
		a, b := g.plans[at], other.plans[at]
		if a.images != b.images {
			return fmt.Sprintf("%s is to be measured under %s on %d images in %s, on %d in %s", at.subject, at.perturbation, a.images, g.path, b.images, other.path)
		}
		for i, c := range a.cells {
			if i >= len(b.cells) || b.cells[i].first != c.first || b.cells[i].images != c.images {
				return fmt.Sprintf("%s and %s cut the images of %s under %s into other parts, as other versions of this program do (%s and %s)",
					g.path, other.path, at.subject, at.perturbation, strings.Join(g.programs, ", "), strings.Join(other.programs, ", "))
			}
			if b.cells[i].key != c.key {
				return fmt.Sprintf("%s and %s measure %s of %s with other versions of this program, whose results differ (%s and %s)",
					g.path, other.path, at.perturbation, at.subject, strings.Join(g.programs, ", "), strings.Join(other.programs, ", "))
			}
		}
		if len(a.cells) != len(b.cells) {
			return fmt.Sprintf("%s has %d parts of %s of %s, %s has %d", g.path, len(a.cells), at.perturbation, at.subject, other.path, len(b.cells))
		}
	}
	return ""
}

// subjectsDiffer is the part of differs for subjects.
func (g *grid) subjectsDiffer(other *grid) string {
	for _, pair := range [][2]*grid{{g, other}, {other, g}} {
		for _, s := range pair[0].subjects {
			found := slices.IndexFunc(pair[1].subjects, func(r row) bool { return r[0] == s[0] })
			if found < 0 {
				return fmt.Sprintf("the network %s is in %s, and not in %s", s[0].String, pair[0].path, pair[1].path)
			}
			r := pair[1].subjects[found]
			for i, what := range [...]string{3: "SHA-256 of the file", "input's form", "SHA-256 of the images", "preparation of the images",
				"SHA-256 of the photographs for frost", "seed", "class names", "labels", "images of the selection"} {
				if i < 3 || s[i] == r[i] {
					continue
				}
				if i > 8 { // long
					return fmt.Sprintf("the %s of %s are not the same in %s and %s", what, s[0].String, pair[0].path, pair[1].path)
				}
				return fmt.Sprintf("the %s for %s is %q in %s, %q in %s", what, s[0].String, s[i].String, pair[0].path, r[i].String, pair[1].path)
			}
		}
	}
	return ""
}
