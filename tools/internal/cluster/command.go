package cluster

import (
	"io"

	"github.com/spf13/cobra"

	"steady/tools/internal/usage"
)

// Print shows a result: as JSON, or as text writes it.
type Print func(result any, text func(io.Writer)) error

// Commands returns the commands.
func Commands(print Print) []*cobra.Command {
	return []*cobra.Command{slurmCommand(print), kubernetesCommand(print)}
}

// specAndRun returns the spec of a command line, and the arguments after "--", which are for 'steady bench run'.
func specAndRun(cmd *cobra.Command, args []string) (spec string, run []string, err error) {
	dash := cmd.ArgsLenAtDash()
	if dash < 0 {
		dash = len(args)
	}
	if dash != 1 {
		return "", nil, usage.Errorf("want one spec file, and after -- whatever else 'steady bench run' is to be told")
	}
	return args[0], args[1:], nil
}

func slurmCommand(print Print) *cobra.Command {
	var s Slurm
	c := &cobra.Command{
		Use:   "slurm SPEC.yaml [--shards N] [--out FOLDER/] [--submit] [-- RUN-FLAGS]",
		Short: "Write scripts that run a benchmark on Slurm, in shards",
		Long: "Writes a script for an array of tasks, each of which computes a part of the benchmark, and one that merges what they\n" +
			"have found, and submits both if asked to. Flags after -- are for 'steady bench run' (docs/scaling.md).",
		Example: "  steady bench slurm spec.yaml --shards 64 --gpus 1 --sbatch=--partition=gpu --submit -- --backend webgpu",
	}
	s.AddFlags(c.Flags())
	c.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if s.Spec, s.Run, err = specAndRun(cmd, args); err != nil {
			return err
		}
		w, err := s.Write()
		if err != nil {
			return err
		}
		return print(w, w.WriteText)
	}
	return c
}

func kubernetesCommand(print Print) *cobra.Command {
	var k Kubernetes
	c := &cobra.Command{
		Use:   "kubernetes SPEC.yaml --image IMAGE --claim VOLUME [--shards N] [-- RUN-FLAGS]",
		Short: "Write a manifest that runs a benchmark on Kubernetes, in shards",
		Long: "Writes an Indexed Job, each pod of which computes a part of the benchmark, and a Job that merges what they have\n" +
			"found. The spec is a file in the volume. Flags after -- are for 'steady bench run' (docs/scaling.md).",
		Example: "  steady bench kubernetes spec.yaml --image registry.example.org/steady:1 --claim data --shards 64",
	}
	k.AddFlags(c.Flags())
	c.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if k.Spec, k.Run, err = specAndRun(cmd, args); err != nil {
			return err
		}
		w, err := k.Write()
		if err != nil {
			return err
		}
		return print(w, w.WriteText)
	}
	return c
}
