package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// joined is a row of one or more tables: its cells ours, its and ratio, or "" where a table has no such row.
type joined struct {
	work, peer string
	cells      [][3]string
}

// joinTables writes the tables that files hold, outputs of this program or pages with one, as one with the same kinds of
// work side by side: `TITLE=FILE,TITLE=FILE`.
func joinTables(w io.Writer, list string) error {
	var titles []string
	var rows []*joined
	for pair := range strings.SplitSeq(list, ",") {
		title, path, ok := strings.Cut(pair, "=")
		if !ok {
			return fmt.Errorf("--join %s: want TITLE=FILE, with commas between", pair)
		}
		file, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found, err := tableRows(string(file))
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		at := 0 // behind which a row that is new comes
		for _, f := range found {
			i := find(rows, f)
			if i < 0 {
				i = min(at, len(rows))
				rows = append(rows[:i], append([]*joined{{work: f[0], peer: f[1]}}, rows[i:]...)...)
			}
			for len(rows[i].cells) < len(titles) {
				rows[i].cells = append(rows[i].cells, [3]string{})
			}
			rows[i].cells = append(rows[i].cells[:len(titles)], [3]string(f[2:]))
			at = i + 1
		}
		titles = append(titles, title)
	}
	fmt.Fprint(w, "| work | peer |")
	for _, t := range titles {
		fmt.Fprintf(w, " %s: ours | its | ratio |", t)
	}
	fmt.Fprintf(w, "\n|---|---|%s\n", strings.Repeat("---|---|---|", len(titles)))
	for _, r := range rows {
		fmt.Fprintf(w, "| %s | %s |", r.work, r.peer)
		for i := range titles {
			cells := [3]string{}
			if i < len(r.cells) {
				cells = r.cells[i]
			}
			fmt.Fprintf(w, " %s |", strings.Join(cells[:], " | "))
		}
		fmt.Fprintln(w)
	}
	return nil
}

func find(rows []*joined, cells [5]string) int {
	for i, r := range rows {
		if r.work == cells[0] && r.peer == cells[1] {
			return i
		}
	}
	return -1
}

// tableRows reads the rows of the table: work, peer, ours, its, ratio.
func tableRows(text string) (rows [][5]string, err error) {
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == tableHead:
			inside = true
		case !strings.HasPrefix(line, "|"):
			inside = false
		case inside && !strings.HasPrefix(line, "|---"):
			cells := strings.Split(strings.Trim(line, "|"), "|")
			if len(cells) != 6 {
				return nil, fmt.Errorf("a row of %d cells, want 6: %s", len(cells), line)
			}
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			rows = append(rows, [5]string{cells[0], cells[3], cells[2], cells[4], cells[5]})
		}
	}
	if rows == nil {
		return nil, errors.New("there is no table: want one that begins with " + tableHead)
	}
	return rows, nil
}
