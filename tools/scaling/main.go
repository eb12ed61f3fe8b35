package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"steady/core/chart"
	"steady/core/dataset"
	"steady/core/dataset/fashion"
	"steady/tools/internal/datafile"
	"steady/tools/internal/interrupt"
	"steady/tools/internal/output"
	"steady/tools/machine"
)

// workers are the numbers of workers of the simulation.
var workers = []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512}

func main() {
	data := flag.String("data", fashion.Name, "images, as 'steady bench run --data' takes them, for the networks that come with the program")
	measured := flag.Int("images", 30, "images on which the costs of cells are measured")
	stores := []int{1, 8, 64, 256}
	flag.Func("stores", "`numbers` of stores to merge, of those of workers, separated by commas (default 1,8,64,256)", func(text string) (err error) {
		stores, err = parseStores(text)
		return err
	})
	svg := flag.String("svg", "docs/scaling.svg", "file of the figure")
	flag.Parse()
	os.Exit(interrupt.Run(os.Stderr, func(ctx context.Context) int {
		if err := run(ctx, *data, *measured, stores, *svg); err != nil {
			fmt.Fprintln(os.Stderr, "scaling:", err)
			return 1
		}
		return 0
	}))
}

// parseStores reads numbers of stores, each of which is one of workers.
func parseStores(text string) (list []int, err error) {
	for _, word := range strings.Split(text, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || !slices.Contains(workers, n) {
			return nil, fmt.Errorf("%q: want powers of two from 1 to 512", word)
		}
		list = append(list, n)
	}
	return list, nil
}

func run(ctx context.Context, data string, measured int, stores []int, svg string) error {
	if flag.NArg() > 0 {
		return fmt.Errorf("argument %q: want flags only", flag.Arg(0))
	}
	if measured < 1 {
		return fmt.Errorf("-images %d: want at least 1", measured)
	}
	runtime.GOMAXPROCS(1) // so that the processor's time is that of one core
	images, err := datafile.Open(data, dataset.Test, dataset.Options{}, func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) })
	if err != nil {
		return datafile.Hint(err)
	}
	defer images.Close()
	if images.Len() < measured {
		return fmt.Errorf("-images %d: %s has %d", measured, images.Name, images.Len())
	}
	c, err := measure(ctx, images, measured)
	if err != nil {
		return err
	}
	fmt.Printf("%s.\n\n", machine.Describe())
	c.print(os.Stdout)
	b := c.benchmark()
	outcomes := b.simulate()
	printOutcomes(os.Stdout, b, outcomes)
	merges, err := b.merge(ctx, stores)
	if err != nil {
		return err
	}
	if err := b.printMerges(os.Stdout, merges, outcomes); err != nil {
		return err
	}
	if err := output.File(svg, func(w io.Writer) error { _, err := w.Write(figure(outcomes, merges).SVG()); return err }); err != nil {
		return err
	}
	return imageNet(ctx, os.Stdout)
}

// figure draws what was found.
func figure(outcomes []outcome, merges []merged) chart.Figure {
	var names []string
	for _, n := range workers {
		names = append(names, fmt.Sprint(n))
	}
	axis := chart.Axis{Label: "workers", Names: names, Min: 0, Max: float64(len(names) - 1)}
	latest := 1.
	for _, o := range outcomes {
		latest = max(latest, slices.Max(o.makespans)/o.least)
	}
	late := chart.Panel{X: axis, Y: chart.Axis{Label: "When the last worker ends: times the least possible time", Min: 1, Max: latest}, Height: 260}
	for k, r := range rules {
		line := chart.Line{Name: r.name, Series: chart.Series(k)}
		for i, o := range outcomes {
			line.Points = append(line.Points, chart.Point{X: float64(i), Y: o.makespans[k] / o.least})
		}
		late.Marks = append(late.Marks, line)
	}
	share := chart.Line{Series: 0}
	for _, m := range merges {
		for i, o := range outcomes {
			if o.workers == m.stores {
				share.Points = append(share.Points, chart.Point{X: float64(i), Y: 100 * m.seconds / (m.seconds + o.makespans[shards])})
			}
		}
	}
	return chart.Figure{
		Title:       "10,000 cells on 1 to 512 workers",
		Description: "How much later than possible the last worker ends, by the rule that deals parts out; and how much of the whole time it takes to merge the shards.",
		Panels: []chart.Panel{late, {X: axis, Y: chart.Axis{Label: "Merging the shards, % of the time from the first start to the merged file"}, Height: 140,
			Marks: []chart.Mark{share}}},
	}
}
