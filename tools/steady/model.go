package main

import (
	"github.com/spf13/cobra"

	"steady/tools/internal/model"
	"steady/tools/internal/optionflags"
)

// modelFlags are the flags of every command that runs a network.
type modelFlags struct {
	options  model.Options
	backend  backendFlags
	classMap string
}

// logitsFlags are modelFlags of a command that wants no gradients.
func logitsFlags() modelFlags {
	return modelFlags{backend: backendFlags{model.Backend{LogitsOnly: true}}}
}

func (f *modelFlags) add(c *cobra.Command) {
	o := &f.options
	c.Flags().StringVar(&o.Name, "model", "", "ONNX file, or name of a built-in network (default: the one that fits)")
	addInput(c, o)
	o.Preprocessing.Add(c.Flags())
	c.Flags().StringVar(&o.ClassNames, "labels", "", "file of class names: one per line, JSON, or CSV")
	f.backend.add(c)
	optionflags.AddWhole(c, optionflags.Batch, &o.Batch)
}

// addInput adds the flags that say what a file leaves open.
func addInput(c *cobra.Command, o *model.Options) {
	c.Flags().StringVar(&o.Output, "output", "", "name of the output that has the class scores (default: the one that fits)")
	c.Flags().StringVar(&o.Layout, "layout", "", "order of the model's input where its file does not say it: chw (all of red first)\n"+
		"or hwc (red, green, blue of each pixel)")
}

// files returns the files that are read.
func (f *modelFlags) files() []string {
	return []string{f.options.Name, f.options.ClassNames, f.classMap}
}

// load opens the network that the flags name. If they name none, it is the built-in network for images of so many
// channels.
func (a *app) load(f *modelFlags, channels int) (*model.Model, error) {
	o := f.options
	o.Channels, o.Backend = channels, a.backend(&f.backend)
	return model.Open(o)
}

// backendFlags say what computes.
type backendFlags struct{ model.Backend }

func (f *backendFlags) add(c *cobra.Command) { f.AddFlags(c) }

// backend returns what the flags say, which reports to stderr.
func (a *app) backend(f *backendFlags) model.Backend {
	b := f.Backend
	b.Log = a.stderr
	return b
}
