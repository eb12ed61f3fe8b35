package completion

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"steady/core/attack"
	"steady/core/corrupt"
	"steady/core/onnx"
	"steady/core/preprocess"
	"steady/core/train"
	"steady/tools/internal/model"
	"steady/tools/internal/trainrun"
)

// words returns the words that a shell offers for a name: of a command's first argument, or of a flag. A flag whose
// help shows its values (a|b|c) needs no case here.
func words(name string) []string {
	var words []string
	switch name {
	case "attack":
		for _, x := range attack.All() {
			words = append(words, x.Name+"\t"+x.Title)
		}
	case "corrupt", "corrupt-set", "corruption":
		for _, x := range corrupt.All() {
			words = append(words, x.Name+"\t"+x.Summary)
		}
	case "train":
		for _, x := range train.Recipes() {
			words = append(words, x.Name+"\t"+x.Summary)
		}
	case "model", "inspect":
		list, _ := model.Cards() // built in, so that there is no error to tell
		for _, x := range list {
			words = append(words, x.Name+"\t"+x.Data)
		}
	case "preset":
		for _, x := range preprocess.Presets() {
			words = append(words, x.Name+"\t"+x.Title)
		}
	case "network":
		words = trainrun.Architectures()
	case "weights":
		words = []string{trainrun.Float16, trainrun.Float32}
	case "suite":
		words = corrupt.Suites()
	case "engine", "backend":
		words = []string{"cpu", "webgpu", "auto"}
	case "layout":
		words = []string{string(onnx.CHW), string(onnx.HWC)}
	case "schedule":
		words = []string{train.OneCycle, train.OneCycleLinear, train.Cosine}
	case "border":
		words = []string{train.Black, train.Reflect}
	}
	return words
}

// Add has a command's first argument and its flags completed. Where nothing is known, the shell offers files.
func Add(c *cobra.Command) {
	if words := words(c.Name()); words != nil {
		c.ValidArgsFunction = func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			switch {
			case c.Name() == "inspect": // or ONNX files
				return words, cobra.ShellCompDirectiveDefault
			case len(args) > 0 && c.Name() != "corrupt-set": // which takes several names
				return nil, cobra.ShellCompDirectiveDefault
			}
			return words, cobra.ShellCompDirectiveNoFileComp
		}
	}
	c.Flags().VisitAll(func(f *pflag.Flag) {
		words := words(f.Name)
		if words == nil && strings.Contains(f.Value.Type(), "|") {
			words = strings.Split(f.Value.Type(), "|")
		}
		directive := cobra.ShellCompDirectiveNoFileComp
		if f.Name == "model" { // or an ONNX file
			directive = cobra.ShellCompDirectiveDefault
		}
		if words != nil {
			// The only error is of a flag that has completions already.
			_ = c.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(words, directive))
		}
	})
}
