package main

import (
	"fmt"
	"os"

	"github.com/evanw/esbuild/pkg/api"
)

// bundle makes one file each of the page's code, its worker's and its style.
func (s *site) bundle() error {
	lab, err := os.Stat(s.part(labName))
	if err != nil {
		return err
	}
	result := api.Build(api.BuildOptions{
		EntryPointsAdvanced: []api.EntryPoint{
			{InputPath: "web/src/main.ts", OutputPath: "main"},
			{InputPath: "web/src/lab/worker.ts", OutputPath: "worker"},
			{InputPath: "web/static/style.css", OutputPath: "style"},
		},
		Outdir:            s.parts,
		Write:             true,
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Format:            api.FormatIIFE,
		Target:            api.ES2022,
		Define:            map[string]string{"LAB_BYTES": fmt.Sprint(lab.Size())}, // for the progress bar
		LogLevel:          api.LogLevelWarning,
	})
	if n := len(result.Errors); n > 0 {
		return fmt.Errorf("bundling web/: %d errors (see above)", n)
	}
	return nil
}
