package papers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"steady/core/overlap"
	"steady/tools/internal/output"
	"steady/tools/internal/usage"
)

func (s *scoring) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&s.kind, "score", string(overlap.Accuracy), "what a network's accuracy under a corruption counts as: accuracy, or ratio (divided by\nthat on clean images); JSON and CSV have both")
	flags.Float64Var(&s.least, "least-gain", overlap.LeastGain, "gain of training on a corruption below which it has no overlaps")
	flags.Var(&seedList{&s.seeds}, "only-seeds", "seeds of training that count, with commas between them (default: all)")
	s.resampling.addFlags(flags)
}

// seedList is a flag of seeds with commas between them.
type seedList struct{ seeds *[]uint64 }

func (l *seedList) Type() string   { return "seeds" }
func (l *seedList) String() string { return joinSeeds(*l.seeds) }

func (l *seedList) Set(text string) error {
	*l.seeds = nil
	for word := range strings.SplitSeq(text, ",") {
		seed, err := strconv.ParseUint(strings.TrimSpace(word), 10, 64)
		if err != nil {
			return errors.New("want whole numbers with commas between them, as 0,1")
		}
		if slices.Contains(*l.seeds, seed) {
			return fmt.Errorf("%d is there twice", seed)
		}
		*l.seeds = append(*l.seeds, seed)
	}
	return nil
}

// overlap reads results, by default those that come with the program, and computes the overlaps of the corruptions in them.
func (e *Env) overlap(ctx context.Context, inputs []string, s *scoring) (*Overlap, error) {
	t, err := e.readOr(inputs, shippedOverlaps)
	if err != nil {
		return nil, err
	}
	return newOverlap(ctx, t, s)
}

func overlapCommand(e *Env) *cobra.Command {
	var s scoring
	var list, against string
	var plan output.Plan
	run := newOverlapRun(e)
	exports := output.Exports[*Overlap]{
		{Flag: "svg", Extension: ".svg", Help: "file for a picture of the matrix, in the order of its clusters", Write: (*Overlap).WriteSVG},
		{Flag: "markdown", Extension: ".md", Help: "file for the tables in Markdown", Write: markdown[*Overlap]},
		{Flag: "latex", Extension: ".tex", Help: "file for the tables in LaTeX, with booktabs", Write: latex[*Overlap]},
		{Flag: "csv", Extension: ".csv", Help: "file for a table of all pairs of corruptions", Write: (*Overlap).WriteCSV},
	}
	c := &cobra.Command{
		Use:   "overlap [RESULTS...] | overlap --data DATA --out FOLDER",
		Short: "Find which corruptions measure the same robustness",
		Long: "Computes the overlapping score of corruptions (Laugros et al. 2021): how much training on one also gains on the\n" +
			"other. With RESULTS, stores of 'steady bench run' or files of 'steady papers results', it does so for networks\n" +
			"that were trained on one corruption each, and shows the matrix and its groups; without them, for Steady's own.\n\n" +
			"With --data and --out it makes them: it trains a standard network and one for each corruption, half of whose images\n" +
			"are corrupted, for each seed, and measures all of them on the same test images. Usually these continue from one\n" +
			"network for a few epochs; --from-scratch trains each from the beginning. FOLDER has the networks, and in the end\n" +
			"results.json and pictures; the same command goes on after an interruption, and with more corruptions or seeds\n" +
			"only what is new is trained. Several machines can each train some of the seeds (--only-seeds), and RESULTS are\n" +
			"then their files.",
		Example: "  steady papers overlap\n  steady papers overlap results.json --svg overlap.svg\n" +
			"  steady papers overlap --data cifar-10-binary.tar.gz --out overlap\n" +
			"  steady papers overlap --corruptions fog,snow,my.yaml --model own.onnx --data images --seeds 1 --out overlap",
	}
	flags := c.Flags()
	flags.StringVar(&list, "corruptions", "", corruptionsHelp+"\n(default: all that there are)")
	s.addFlags(flags)
	flags.StringVar(&against, "against", "", "store or file of results to compare the matrix with, as of another way to train")
	exports.AddFlags(flags, &plan)
	run.addFlags(c)
	c.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if err := s.check(); err != nil {
			return err
		}
		if s.only, err = parseCorruptions("--corruptions", list); err != nil {
			return err
		}
		if against != "" {
			plan.Input(against)
		}
		plan.Input(args...)
		exports.Plan(&plan)
		if err := plan.Check(); err != nil {
			return err
		}
		var other *overlapSample
		if against != "" { // before what takes hours
			if other, err = readAgainst(against, e.say); err != nil {
				return err
			}
		}
		if name := run.given(cmd); len(args) == 0 && name != "" {
			run.corruptions, run.onlySeeds, run.force = s.only, s.seeds, plan.Force
			if args, err = run.do(cmd.Context()); err != nil {
				return err
			}
		} else if name != "" {
			return usage.Errorf("--%s is for making results: leave it out, or leave RESULTS out", name)
		}
		r, err := e.overlap(cmd.Context(), args, &s)
		if err != nil {
			return err
		}
		if other != nil {
			if err := r.compare(other, against, &s); err != nil {
				return err
			}
		}
		if run.out != "" {
			if err := run.draw(r); err != nil {
				return err
			}
		}
		if err := exports.Write(r); err != nil {
			return err
		}
		return e.Print(r, r.Write)
	}
	return c
}
