package benchrun

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"steady/tools/internal/datafile"
	"steady/tools/internal/model"
	"steady/tools/internal/optionflags"
	"steady/tools/internal/overlays"
	"steady/tools/internal/store"
	"steady/tools/internal/usage"
)

// AddFlags adds the flags that say what a benchmark measures, which part of it, and where results go.
func (o *Options) AddFlags(c *cobra.Command, data *datafile.Flags) {
	o.AddWholeFlags(c, data)
	flags := c.Flags()
	flags.Lookup("out").Usage += "; of a shard also a folder: a file in it"
	flags.BoolVar(&o.Force, "force", false, "replace a RUN.html that is not of this program; RUN.db is always continued")
	flags.StringVar(&o.Shard, "shard", "", "only part I of N, as in 0/4: each part into a file of its own; slurm, slurm/N and\n"+
		"kubernetes/N take I from the scheduler's environment")
}

// AddWholeFlags adds the flags of AddFlags but those of a part of a benchmark, and of a page of its results.
func (o *Options) AddWholeFlags(c *cobra.Command, data *datafile.Flags) {
	flags := c.Flags()
	flags.StringArrayVar(&o.Models, "model", nil, "ONNX file, or name of a built-in network; several times for several\n(default: the built-in ones that fit)")
	data.Add(c)
	data.AddSeverity(c)
	flags.StringArrayVar(&o.Suites, "suite", nil, "what to measure, several times for several: "+strings.Join(Suites(), ", ")+"\n(default: quick)")
	_ = c.RegisterFlagCompletionFunc("suite", cobra.FixedCompletions(Suites(), cobra.ShellCompDirectiveNoFileComp))
	flags.StringArrayVar(&o.Cells, "cell", nil, "also measure this, as in 'fog{severity=3}' or 'pgd{eps=8/255}'")
	flags.StringArrayVar(&o.Corrupted, "corrupted", nil, "also measure the same images as they were corrupted before: a folder as of CIFAR-10-C or\n"+
		"ImageNet-C, or what corrupt-set has written")
	flags.StringVar(&o.Overlays, overlays.Flag, "", overlays.Help)
	flags.StringVar(&o.ClassMap, "class-map", "", model.ClassMapHelp)
	optionflags.AddWhole(c, optionflags.Sample, &o.Sample)
	optionflags.AddWhole(c, optionflags.Resize, &o.Resize)
	optionflags.AddWhole(c, optionflags.Crop, &o.Crop)
	flags.Uint64Var(&o.Seed, "seed", 0, "random seed")
	flags.StringVar(&o.Out, "out", "bench.db", "file of the results, on a disk of this machine")
	flags.StringVar(&o.Journal, "journal", string(store.WAL), "SQLite's journal: wal, or delete where machines share the file system (NFS)")
	_ = c.RegisterFlagCompletionFunc("journal", cobra.FixedCompletions([]string{string(store.WAL), string(store.Delete)}, cobra.ShellCompDirectiveNoFileComp))
	flags.BoolVar(&o.JSONProgress, "json-progress", false, "write progress, messages and errors to stderr as lines of JSON")
}

// besideSpec are flags that a spec has entries for, and that are refused beside one.
var besideSpec = []string{"suite", "cell", "corrupted", overlays.Flag, "class-map", "sample", "resize", "crop", "seed"}

// TakeFlags takes the values of flags, and the spec file that args may name.
func (o *Options) TakeFlags(flags *pflag.FlagSet, data *datafile.Flags, args []string) error {
	o.Data, o.Read = data.Data, data.Options()
	o.Limit, o.Read.Limit = o.Read.Limit, 0
	if len(args) == 0 {
		return nil
	}
	o.Spec = args[0]
	for _, name := range besideSpec {
		if flags.Changed(name) {
			return usage.Errorf("--%s belongs in %s: beside a spec are --model, --data and --limit", name, o.Spec)
		}
	}
	if !flags.Changed("data") {
		o.Data = "" // the spec's
	}
	return nil
}
