package recipes

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"steady/core/corrupt"
	"steady/core/img"
	"steady/core/option"
	"steady/core/parallel"
	"steady/core/random"
	"steady/core/train"
)

// corruptOptions are those of corrupt.
type corruptOptions struct {
	Corruptions corruptions
	Severity    string
	Share       float64
}

// fullRange is corrupt.FullRange as text.
const fullRange = "range"

func init() {
	train.Register(train.WithOptions(train.Recipe{
		Name:    "corrupt",
		Summary: "training on images of which a part has one of the corruptions chosen",
		Source:  "Laugros et al. 2021 (the overlapping score's networks: half of the images corrupted); the default corruptions are ours",
		Config:  standard("corrupt"),
		Seen: func(c *train.Config) (names []string) {
			for _, one := range train.OwnOptions[corruptOptions](c).Corruptions.list() {
				names = append(names, one.Name)
			}
			return names
		},
	}, corruptOptions{Corruptions: corruptions(corrupt.ImageNetCExtra), Severity: fullRange, Share: .5}, option.Table[corruptOptions]{
		{
			Name: "corruptions", Label: "Corruptions", List: true,
			Help:  "corruptions, of which each image gets one: names, suites or families",
			Field: func(o *corruptOptions) any { return &o.Corruptions },
		},
		{
			Name: "severity", Label: "Severity", Field: func(o *corruptOptions) any { return &o.Severity },
			Help:    "strength; range draws for each image, from all of the published range, or from 1 to 5 where there is none",
			Choices: []string{fullRange, "1", "2", "3", "4", "5"},
		},
		shareOption(func(o *corruptOptions) *float64 { return &o.Share }),
	}, corruptImages))
}

// corruptImages corrupts the first images of a batch, each by one of the corruptions, as an evaluation would: at the size
// that they have, with the constants for it, and in whole bytes. Its random numbers are others than those of an evaluation.
func corruptImages(ctx context.Context, b *train.Batch, o *corruptOptions) error {
	if c := b.Image[0]; c != 1 && c != 3 {
		return fmt.Errorf("recipe %s: images of %d channels: want 1 or 3", b.Config.Recipe, c)
	}
	list, size, seed := o.Corruptions.list(), b.Image.Size(), b.Seed()
	severity := corrupt.FullRange
	if n, err := strconv.Atoi(o.Severity); err == nil {
		severity = n
	}
	gray := make([]*img.Image, parallel.Workers())
	return parallel.Try(ctx, shared(b, o.Share), func(worker, i int) error {
		x, source := b.X[i*size:][:size], random.New(seed, uint64(b.Indices[i]), "corrupt", 0)
		c := list[source.IntN(len(list))]
		options := corrupt.Options{Severity: severity, Seed: seed, Index: uint64(b.Indices[i]), Gray: b.Image[0] == 1}
		if b.Image[0] == 3 {
			return c.ApplyBytes(&img.Image{W: b.Image[2], H: b.Image[1], Pix: x}, options)
		}
		if gray[worker] == nil {
			gray[worker] = img.New(b.Image[2], b.Image[1])
		}
		m := gray[worker]
		for p := range 3 {
			copy(m.Plane(p), x)
		}
		err := c.ApplyBytes(m, options)
		copy(x, m.Plane(0))
		return err
	})
}

// corruptions are names of corruptions, of suites and of families, joined by commas.
type corruptions string

func (c corruptions) String() string { return string(c) }

// list returns the corruptions, each once, in the order of the registry.
func (c corruptions) list() (list []*corrupt.Corruption) {
	names := map[string]bool{}
	for name := range strings.SplitSeq(string(c), ",") {
		names[name] = true
	}
	for _, one := range corrupt.All() {
		if names[one.Name] || names[string(one.Suite)] || names[one.Family] {
			list = append(list, one)
		}
	}
	return list
}

func (c *corruptions) UnmarshalText(text []byte) error {
	var names []string
	for name := range strings.SplitSeq(string(text), ",") {
		name = strings.TrimSpace(name)
		if corruptions(name).list() == nil {
			return &option.Error{Value: strconv.Quote(name), Want: validCorruptions()}
		}
		names = append(names, name)
	}
	*c = corruptions(strings.Join(names, ","))
	return nil
}

// validCorruptions says what corruptions may be.
func validCorruptions() string {
	var families, names []string
	for _, c := range corrupt.All() {
		if names = append(names, c.Name); !slices.Contains(families, c.Family) {
			families = append(families, c.Family)
		}
	}
	return "corruptions (" + strings.Join(names, ", ") + "), suites (" + strings.Join(corrupt.Suites(), ", ") +
		") or families (" + strings.Join(families, ", ") + ")"
}
