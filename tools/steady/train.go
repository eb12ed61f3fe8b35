package main

import (
	"strings"

	"github.com/spf13/cobra"

	"steady/tools/internal/datafile"
	"steady/tools/internal/interrupt"
	"steady/tools/internal/trainrun"
)

func (a *app) trainCommand() *cobra.Command {
	var flags trainrun.Flags
	var data datafile.Flags
	var backend backendFlags
	var o trainrun.Options
	c := &cobra.Command{
		Use:   "train RECIPE[{OPTION=VALUE,...}] [--data DATA] [--epochs N] [--seed N] [--resume] --out M.onnx",
		Short: "Train a network",
		Long: "Trains a network by a recipe and writes it with a model card (M.json) that says how it was made. After every\n" +
			"epoch a checkpoint is written beside it (M.checkpoint): Ctrl-C loses no more than the epoch under way, and\n" +
			"--resume continues to the same network, bit for bit, as without the interruption. Options that a recipe has of\n" +
			"its own are flags, or stand in braces behind its name.\n\n" +
			"A line for each epoch says what the network gets right then: clean images, corrupted ones, and under an attack,\n" +
			"of those that --validation holds out. --log keeps the lines, --plot draws them; --plot and --log alone draw the\n" +
			"curves of a run that there is a log of.",
		Example: "  steady train standard --data cifar-10-binary.tar.gz --epochs 30 --out cifar10.onnx\n" +
			"  steady train standard --data cifar-10-binary.tar.gz --epochs 30 --out cifar10.onnx --resume\n" +
			"  steady train standard --data cifar-10-binary.tar.gz --validation 5000 --keep best --plot run.svg --log run.jsonl --out best.onnx\n" +
			"  steady train --log run.jsonl --plot run.svg",
	}
	drawsLog := func() bool { return o.LogFile != "" && o.Plot != "" && o.Out == "" }
	c.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 && drawsLog() {
			return nil
		}
		return oneArg("a recipe ('steady list recipes')")(cmd, args)
	}
	data.Add(c)
	data.AddSeverity(c)
	c.Flags().StringVar(&o.Test, "test", "", "DATA to test on, where --data has no test images of its own")
	c.Flags().StringVar(&o.Architecture, "network", "", "what to train: "+strings.Join(trainrun.Architectures(), ", ")+
		" (default: "+trainrun.Architectures()[0]+")")
	c.Flags().StringVar(&o.InitFrom.Name, "init-from", "", "continue from the weights of an ONNX file, or of a built-in network, instead of new ones;\n"+
		"the flags from --preset to --layout say what it expects")
	c.Flags().BoolVar(&o.NewHead, "new-head", false, "with --init-from: begin with a new last layer, for the classes of the data")
	o.InitFrom.Preprocessing.Add(c.Flags())
	addInput(c, &o.InitFrom)
	backend.add(c)
	c.Flags().StringVar(&o.Weights, "weights", trainrun.Float16, "how the ONNX file stores weights: "+trainrun.Float16+" (rounded; half the size) or "+
		trainrun.Float32)
	c.Flags().BoolVar(&o.Resume, "resume", false, "continue from the checkpoint, if there is one")
	c.Flags().StringVar(&o.Out, "out", "", "ONNX file to write")
	c.Flags().StringVar(&o.LogFile, "log", "", "file of JSON lines to write, one for each epoch")
	c.Flags().StringVar(&o.Plot, "plot", "", "SVG file to draw the curves to, anew after each epoch")
	o.Plan.AddFlag(c.Flags())
	flags.Add(c)
	c.RunE = func(cmd *cobra.Command, args []string) (err error) {
		interrupt.Allow(cmd.Context(), interrupt.ForResult)
		if len(args) == 0 {
			result, err := trainrun.PlotLog(o.LogFile, o.Plot, o.Plan)
			if err != nil {
				return err
			}
			return a.print(result, result.Write)
		}
		if o.Config, err = flags.Config(args[0]); err != nil {
			return err
		}
		if err := backend.Check(); err != nil {
			return err
		}
		o.Data, o.Read, o.Backend, o.Messages = data.Data, data.Options(), a.backend(&backend), a.stderr
		o.Monitor = flags.Monitor(o.Config)
		o.Command = trainrun.Command(cmd, strings.TrimSpace(args[0]))
		result, err := trainrun.Run(cmd.Context(), o)
		if err != nil {
			return err
		}
		return a.print(result, result.Write)
	}
	return c
}
