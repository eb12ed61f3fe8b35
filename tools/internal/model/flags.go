package model

import (
	"github.com/spf13/cobra"

	"steady/tools/internal/optionflags"
)

// AddFlags adds the flags that say what computes.
func (b *Backend) AddFlags(c *cobra.Command) {
	help := "what computes: cpu, webgpu (a GPU), or auto (the faster one)"
	if b.LogitsOnly {
		help += "; reference (gorgonia), to compare with"
	}
	c.Flags().StringVar(&b.Name, "backend", "cpu", help)
	c.Flags().StringVar(&b.Name, "engine", "cpu", help)
	c.Flags().Lookup("engine").Hidden = true // the old name
	c.Flags().BoolVar(&b.AllowSoftware, "allow-software", false, "allow webgpu a software adapter (slow, for tests)")
	optionflags.AddWhole(c, optionflags.Threads, &b.Threads)
	optionflags.AddWhole(c, optionflags.MaxMemory, &b.MaxMemory)
}
