package main

import (
	"errors"

	"github.com/spf13/cobra"

	"steady/tools/internal/input"
	"steady/tools/internal/inspection"
	"steady/tools/internal/model"
	"steady/tools/internal/optionflags"
)

func (a *app) inspectCommand() *cobra.Command {
	var o model.Options
	c := &cobra.Command{
		Use:   "inspect MODEL...",
		Short: "Show what is in an ONNX file, and whether it can be run",
		Long: "Shows what ONNX files, or built-in networks, hold: inputs, outputs, operators, size, class names, the\n" +
			"preprocessing that they seem to want, and everything that keeps them from being run here.",
		Example: "  steady inspect resnet50.onnx\n  steady inspect --json *.onnx\n  steady inspect cifar10-standard",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, names []string) error {
			names, err := input.Expand(names)
			if err != nil {
				return err
			}
			list, err := inspection.Open(names, o)
			if list == nil {
				return err
			}
			return errors.Join(a.print(list, list.Write), err)
		},
	}
	addInput(c, &o)
	optionflags.AddSize(c, &o.Size, "size of the images, for models that take any")
	return c
}
