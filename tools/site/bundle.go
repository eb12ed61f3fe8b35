package main

import (
	"fmt"

	"github.com/evanw/esbuild/pkg/api"
)

// bundle makes one file each of the code of each page, of each worker's, and of each style.
func (s *site) bundle() error {
	for format, entries := range map[api.Format][]api.EntryPoint{
		api.FormatIIFE: {
			{InputPath: "web/src/main.ts", OutputPath: "main"},
			{InputPath: "web/src/lab/worker.ts", OutputPath: "worker"},
			{InputPath: "web/src/evaluate/main.ts", OutputPath: "evaluate"},
			{InputPath: "web/src/evaluate/worker.ts", OutputPath: "evaluator"},
			{InputPath: "web/src/overlap/main.ts", OutputPath: "overlap"},
			{InputPath: "web/src/stage/frame.ts", OutputPath: "stage-frame"},
			{InputPath: "web/static/style.css", OutputPath: "style"},
			{InputPath: "web/static/scenes.css", OutputPath: "scenes"},
			{InputPath: "web/static/evaluate.css", OutputPath: "evaluate"},
			{InputPath: "web/static/overlap.css", OutputPath: "overlap"},
			{InputPath: "web/static/stage.css", OutputPath: "stage"},
		},
		// Loaded when it is used.
		api.FormatESModule: {
			{InputPath: "web/src/scenes/main.ts", OutputPath: "scenes"},
			{InputPath: "web/src/scenes/notes/main.ts", OutputPath: "notes"},
			{InputPath: "web/src/stage/main.ts", OutputPath: "stage"},
		},
	} {
		options := minified(api.BuildOptions{
			EntryPointsAdvanced: entries,
			Outdir:              s.parts,
			Define: map[string]string{ // for progress bars
				"LAB_BYTES":       fmt.Sprint(size(s.part(labName))),
				"EVALUATOR_BYTES": fmt.Sprint(size(s.part(evaluatorName))),
				"STAGE_BYTES":     fmt.Sprint(size(s.part(stageName))),
			},
		})
		options.Format = format
		if n := len(api.Build(options).Errors); n > 0 {
			return fmt.Errorf("bundling web/: %d errors (see above)", n)
		}
	}
	return nil
}

// minified adds what all bundles have in common.
func minified(o api.BuildOptions) api.BuildOptions {
	o.Write, o.Bundle = true, true
	o.MinifyWhitespace, o.MinifyIdentifiers, o.MinifySyntax = true, true, true
	o.Format, o.Target, o.LogLevel = api.FormatIIFE, api.ES2022, api.LogLevelWarning
	return o
}
