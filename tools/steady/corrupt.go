package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"steady/core/corrupt"
	"steady/core/img"
	"steady/core/option"
	"steady/tools/internal/console"
	"steady/tools/internal/corruptset"
	"steady/tools/internal/input"
	"steady/tools/internal/optionflags"
	"steady/tools/internal/output"
	"steady/tools/internal/overlays"
	"steady/tools/internal/picture"
	"steady/tools/internal/progress"
)

// corruptFlags are the flags of every command that corrupts.
type corruptFlags struct {
	given    optionflags.Flags[corrupt.Options]
	overlays overlayFlags
}

func (f *corruptFlags) add(c *cobra.Command) {
	usual := corrupt.DefaultOptions()
	f.given.Add(c, corrupt.OptionTable(), func(o *option.Option[corrupt.Options]) string {
		return "default: " + o.Text(&usual)
	})
	f.overlays.add(c)
}

// options returns the options of the flags.
func (f *corruptFlags) options() corrupt.Options {
	o := corrupt.DefaultOptions()
	f.given.Apply(&o)
	return o
}

// severity returns the severity of the flags as JSON and texts have it.
func (f *corruptFlags) severity() corruptset.Severity {
	return corruptset.Severity(f.options().Severity)
}

// find returns the corruption of a name, with the options of the flags.
func (f *corruptFlags) find(name string) (*corrupt.Corruption, corrupt.Options, error) {
	c, err := corrupt.Lookup(name)
	if err != nil {
		return nil, corrupt.Options{}, err
	}
	list, err := f.overlays.use([]*corrupt.Corruption{c})
	if err != nil {
		return nil, corrupt.Options{}, err
	}
	return list[0], f.options(), nil
}

// overlayFlags name photographs of ice that frost is cut from.
type overlayFlags struct {
	folder string
	sum    string // SHA-256 of their pixels, once they are read
	say    func(format string, args ...any)
}

func (f *overlayFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.folder, overlays.Flag, "", overlays.Help)
	f.say = func(format string, args ...any) {
		fmt.Fprintf(console.NewWriter(c.ErrOrStderr()), format+"\n", args...)
	}
}

// use returns the list with frost of the overlays, if they are named.
func (f *overlayFlags) use(list []*corrupt.Corruption) (with []*corrupt.Corruption, err error) {
	if f.folder == "" {
		return list, nil
	}
	with, f.sum, err = overlays.Use(f.folder, list, f.say)
	return with, err
}

// files returns the photographs that are read.
func (f *overlayFlags) files() []string {
	files, _ := overlays.Files(f.folder) // without the flag, none
	return files
}

type corrupted struct {
	In   string  `json:"in"`
	Out  string  `json:"out"`
	L2   float64 `json:"l2"`
	Linf float64 `json:"linf"`
	PSNR float64 `json:"psnr"` // in dB
}

func (a *app) corruptCommand() *cobra.Command {
	var flags corruptFlags
	var sheet bool
	var plan output.Plan
	var megapixels int
	c := &cobra.Command{
		Use:   "corrupt NAME [--severity 1..5|range] [--seed N] [--profile auto|imagenet|cifar] IN... OUT",
		Short: "Corrupt images",
		Long: "Corrupts images. OUT is the image file to write (" + picture.Formats + "), or a folder, which it must be for\n" +
			"more than one IN; the images in it keep their names and become PNG files. With --sheet, and no NAME,\n" +
			"OUT is one image that shows IN under every corruption.\n" +
			"--severity range draws how strong the corruption is for each image: from all of its published\n" +
			"range, or from 1 to 5 where there is none.",
		Example: "  steady corrupt fog --severity 4 cat.jpg foggy.png\n  steady corrupt gaussian_noise *.jpg noisy/\n" +
			"  steady corrupt --sheet --severity 3 cat.jpg sheet.png",
		Args: func(_ *cobra.Command, args []string) error {
			if sheet {
				if len(args) != 2 {
					return fmt.Errorf("name an image, and the contact sheet to write")
				}
				return nil
			}
			if len(args) < 3 {
				return fmt.Errorf("name a corruption, one or more images, and where to write")
			}
			return nil
		},
	}
	flags.add(c)
	plan.AddFlag(c.Flags())
	c.Flags().BoolVar(&sheet, "sheet", false, "write a contact sheet of all corruptions")
	optionflags.AddWhole(c, optionflags.MaxMegapixels, &megapixels)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		pixels := 1e6 * megapixels
		if sheet {
			return a.corruptSheet(&flags, args[0], args[1], pixels, &plan)
		}
		corruption, options, err := flags.find(args[0])
		if err != nil {
			return err
		}
		plan.Input(flags.overlays.files()...)
		in, err := input.Expand(args[1 : len(args)-1])
		if err != nil {
			return err
		}
		out := args[len(args)-1]
		files, err := picture.Outputs(in, out, &plan)
		if err != nil {
			return err
		}
		var result []corrupted
		p := a.newProgress("images", len(in))
		defer p.End()
		for i, file := range in {
			if cmd.Context().Err() != nil {
				return progress.Stopped{Text: fmt.Sprintf("stopped after %d of %d images", i, len(in))}
			}
			m, err := picture.Read(file, pixels, a.say)
			if err != nil {
				return picture.Hint(err)
			}
			original := m.Clone()
			options.Index = uint64(i)
			if err := corruption.ApplyBytes(m, options); err != nil {
				return fmt.Errorf("image %s: %w", file, err)
			}
			if err := picture.Write(files[i], m); err != nil {
				return err
			}
			result = append(result, corrupted{file, files[i], img.L2(original, m), img.Linf(original, m),
				min(img.PSNR(original, m), 999)}) // infinite for equal images, which JSON cannot say
			p.Set(i+1, "")
		}
		about := struct {
			Corruption string              `json:"corruption"`
			Label      string              `json:"label"`
			Severity   corruptset.Severity `json:"severity"`
			Profile    string              `json:"profile"`
			Seed       uint64              `json:"seed"`
			Pictures   []corrupted         `json:"pictures"`
		}{corruption.Name, corruption.Label(), flags.severity(), options.Profile.String(), options.Seed, result}
		return a.print(about, func(w io.Writer) {
			for _, r := range result {
				fmt.Fprintf(w, "%s: PSNR %.1f dB\n", r.Out, r.PSNR)
			}
		})
	}
	return c
}

// corruptSheet writes a contact sheet of one picture.
func (a *app) corruptSheet(flags *corruptFlags, in, out string, pixels int, plan *output.Plan) error {
	options := flags.options()
	plan.Input(flags.overlays.files()...)
	if !picture.CanWrite(out) {
		return usagef("OUT %s: the name must end in %s", out, picture.Formats)
	}
	if _, err := picture.Outputs([]string{in}, out, plan); err != nil {
		return err
	}
	list, err := flags.overlays.use(corrupt.All())
	if err != nil {
		return err
	}
	photo, err := picture.Read(in, pixels, a.say)
	if err != nil {
		return picture.Hint(err)
	}
	cells, err := picture.Corruptions(photo, list, options)
	if err != nil {
		return fmt.Errorf("image %s: %w", in, err)
	}
	sheet, err := picture.Sheet(cells)
	if err != nil {
		return err
	}
	if err := picture.Write(out, sheet); err != nil {
		return err
	}
	about := struct {
		In          string              `json:"in"`
		Out         string              `json:"out"`
		Corruptions int                 `json:"corruptions"`
		Severity    corruptset.Severity `json:"severity"`
		Profile     string              `json:"profile"`
		Seed        uint64              `json:"seed"`
	}{in, out, len(cells) - 1, flags.severity(), options.Profile.String(), options.Seed}
	return a.print(about, func(w io.Writer) {
		fmt.Fprintf(w, "%s: %d corruptions at severity %v\n", out, len(cells)-1, flags.severity())
	})
}
