package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"steady/core/corrupt"
	"steady/core/eval"
	"steady/core/img"
	"steady/tools/internal/corruptset"
	"steady/tools/internal/progress"
)

// corruptFlags are the flags of every command that corrupts.
type corruptFlags struct {
	severity corruptset.Severity
	seed     uint64
	profile  string
	overlays overlays
}

func (f *corruptFlags) add(c *cobra.Command) {
	f.severity = 3
	c.Flags().Var(&f.severity, "severity", "how strong; range draws from all of the published range, where there is one")
	c.Flags().StringVar(&f.profile, "profile", "auto",
		"constants for pictures of 224 (imagenet) or 32 pixels (cifar); auto goes by size")
	c.Flags().Uint64Var(&f.seed, "seed", 0, "for what is random; the same seed gives the same bytes")
	f.overlays.add(c)
}

// find gives the corruption of a name with the flags' options.
func (f *corruptFlags) find(name string) (*corrupt.Corruption, corrupt.Options, error) {
	c, err := corrupt.Lookup(name)
	if err != nil {
		return nil, corrupt.Options{}, err
	}
	list, err := f.overlays.use([]*corrupt.Corruption{c})
	if err != nil {
		return nil, corrupt.Options{}, err
	}
	if err := f.check(c); err != nil {
		return nil, corrupt.Options{}, err
	}
	o, err := f.options()
	return list[0], o, err
}

// check tells whether a corruption has the severity.
func (f *corruptFlags) check(c *corrupt.Corruption) error {
	if f.severity == corrupt.FullRange && c.Suite != corrupt.Laugros {
		return usagef("--severity %v: %s has 1 to 5; a range is what the corruptions of %s have",
			f.severity, c.Name, corrupt.Laugros)
	}
	return nil
}

// options are what the flags say.
func (f *corruptFlags) options() (corrupt.Options, error) {
	profile, err := corrupt.ParseProfile(f.profile)
	if err != nil {
		return corrupt.Options{}, usageError{err}
	}
	return corrupt.Options{Severity: int(f.severity), Profile: profile, Seed: f.seed}, nil
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
	var force, sheet bool
	c := &cobra.Command{
		Use:   "corrupt NAME [--severity 1..5|range] [--seed N] [--profile auto|imagenet|cifar] IN... OUT",
		Short: "Corrupt pictures",
		Long: "Corrupts pictures. OUT is the picture to write (" + pictureFormats + "), or a folder, which it must be for\n" +
			"more than one IN; the pictures in it keep their names and become PNG files. With --sheet, and no NAME,\n" +
			"OUT is one picture that shows IN under every corruption.\n" +
			"--severity range draws how strong the corruption is from all of its published range, for each picture.",
		Example: "  steady corrupt fog --severity 4 cat.jpg foggy.png\n  steady corrupt gaussian_noise *.jpg noisy/\n" +
			"  steady corrupt --sheet --severity 3 cat.jpg sheet.png",
		Args: func(_ *cobra.Command, args []string) error {
			if sheet {
				if len(args) != 2 {
					return fmt.Errorf("name a picture, and the contact sheet to write")
				}
				return nil
			}
			if len(args) < 3 {
				return fmt.Errorf("name a corruption, one or more pictures, and where to write")
			}
			return nil
		},
	}
	flags.add(c)
	c.Flags().BoolVar(&force, "force", false, "replace pictures that are there")
	c.Flags().BoolVar(&sheet, "sheet", false, "write a contact sheet of all corruptions")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if sheet {
			return a.corruptSheet(&flags, args[0], args[1], force)
		}
		corruption, options, err := flags.find(args[0])
		if err != nil {
			return err
		}
		in, out := args[1:len(args)-1], args[len(args)-1]
		files, err := outFiles(in, out, force)
		if err != nil {
			return err
		}
		var result []corrupted
		p := a.newProgress("pictures", len(in))
		defer p.End()
		for i, file := range in {
			if cmd.Context().Err() != nil {
				return progress.Stopped{Text: fmt.Sprintf("stopped after %d of %d pictures", i, len(in))}
			}
			m, err := readPicture(file)
			if err != nil {
				return err
			}
			original := m.Clone()
			options.Index = uint64(i)
			if err := eval.Corrupt(m, corruption, options); err != nil {
				return fmt.Errorf("picture %s: %w", file, err)
			}
			if err := writePicture(files[i], m); err != nil {
				return err
			}
			result = append(result, corrupted{file, files[i], img.L2(original, m), img.Linf(original, m),
				min(img.PSNR(original, m), 999)}) // infinite for equal pictures, which JSON cannot say
			p.Set(i+1, "")
		}
		about := struct {
			Corruption string              `json:"corruption"`
			Label      string              `json:"label"`
			Severity   corruptset.Severity `json:"severity"`
			Profile    string              `json:"profile"`
			Seed       uint64              `json:"seed"`
			Pictures   []corrupted         `json:"pictures"`
		}{corruption.Name, corruption.Label(), flags.severity, flags.profile, flags.seed, result}
		return a.print(about, func(w io.Writer) {
			for _, r := range result {
				fmt.Fprintf(w, "%s: PSNR %.1f dB\n", r.Out, r.PSNR)
			}
		})
	}
	return c
}

// corruptSheet writes a contact sheet of one picture.
func (a *app) corruptSheet(flags *corruptFlags, in, out string, force bool) error {
	options, err := flags.options()
	if err != nil {
		return err
	}
	if !canWritePicture(out) {
		return usagef("OUT %s: the name must end in %s", out, pictureFormats)
	}
	if _, err := outFiles([]string{in}, out, force); err != nil {
		return err
	}
	list := corrupt.All()
	if options.Severity == corrupt.FullRange {
		list = corrupt.In(corrupt.Laugros)
	}
	if list, err = flags.overlays.use(list); err != nil {
		return err
	}
	photo, err := readPicture(in)
	if err != nil {
		return err
	}
	cells, err := corruptionCells(photo, list, options)
	if err != nil {
		return fmt.Errorf("picture %s: %w", in, err)
	}
	sheet, err := drawSheet(cells)
	if err != nil {
		return err
	}
	if err := writePicture(out, sheet); err != nil {
		return err
	}
	about := struct {
		In          string              `json:"in"`
		Out         string              `json:"out"`
		Corruptions int                 `json:"corruptions"`
		Severity    corruptset.Severity `json:"severity"`
		Profile     string              `json:"profile"`
		Seed        uint64              `json:"seed"`
	}{in, out, len(cells) - 1, flags.severity, flags.profile, flags.seed}
	return a.print(about, func(w io.Writer) {
		fmt.Fprintf(w, "%s: %d corruptions at severity %v\n", out, len(cells)-1, flags.severity)
	})
}

// outFiles says where each picture goes, before any is read.
func outFiles(in []string, out string, force bool) ([]string, error) {
	info, err := os.Stat(out)
	folder := err == nil && info.IsDir() || strings.HasSuffix(out, "/") || len(in) > 1
	var files []string
	if !folder {
		if !canWritePicture(out) {
			return nil, usagef("OUT %s: the name must end in %s", out, pictureFormats)
		}
		files = []string{out}
	} else {
		if err == nil && !info.IsDir() {
			return nil, usagef("OUT %s: for %d pictures it must be a folder, and is a file", out, len(in))
		}
		if len(in) > 1 && err != nil && canWritePicture(out) {
			return nil, usagef("OUT %s: for %d pictures it must be a folder (%s/ makes one of this name)", out, len(in), out)
		}
		from := map[string]string{}
		for _, file := range in {
			base := filepath.Base(file)
			to := filepath.Join(out, strings.TrimSuffix(base, filepath.Ext(base))+".png")
			if other, ok := from[to]; ok {
				return nil, usagef("%s and %s would both become %s", other, file, to)
			}
			from[to] = file
			files = append(files, to)
		}
	}
	// A forgotten OUT would make the last picture the one to write to.
	for _, file := range files {
		if _, err := os.Stat(file); err == nil && !force {
			return nil, usagef("%s is there already: --force replaces it", file)
		}
	}
	if folder {
		if err := os.MkdirAll(out, 0o755); err != nil {
			return nil, err
		}
	}
	return files, nil
}
