package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"steady/core/corrupt"
	"steady/core/img"
)

// overlays are photographs of ice that frost is cut from, instead of ice of our own.
type overlays struct {
	folder string
	sum    string // SHA-256 of their pixels, once they are read
}

const overlaysFlag = "frost-overlays"

func (o *overlays) add(c *cobra.Command) {
	c.Flags().StringVar(&o.folder, overlaysFlag, "",
		"folder with photographs (frost1.png, ...) that frost is cut from, instead of our own ice")
}

// use gives the list with frost of the overlays, if they are named.
func (o *overlays) use(list []*corrupt.Corruption) ([]*corrupt.Corruption, error) {
	if o.folder == "" {
		return list, nil
	}
	i := slices.IndexFunc(list, func(c *corrupt.Corruption) bool { return c.Name == "frost" })
	if i < 0 {
		return nil, usagef("--%s is for frost, which is not asked for", overlaysFlag)
	}
	frost, err := o.read()
	if err != nil {
		return nil, err
	}
	list = slices.Clone(list)
	list[i] = frost
	return list, nil
}

// read makes frost of the pictures in the folder whose names begin with "frost", in the order of their names.
func (o *overlays) read() (*corrupt.Corruption, error) {
	entries, err := os.ReadDir(o.folder)
	if err != nil {
		return nil, usagef("--%s %s: there is no such folder (%w)", overlaysFlag, o.folder, err)
	}
	var pictures []*img.Image
	sum := sha256.New()
	for _, e := range entries {
		if e.IsDir() || !strings.HasPrefix(strings.ToLower(e.Name()), "frost") {
			continue
		}
		m, err := readPicture(filepath.Join(o.folder, e.Name()))
		if err != nil {
			return nil, err
		}
		pictures = append(pictures, m)
		sum.Write(m.ToImage().Pix)
	}
	if len(pictures) == 0 {
		return nil, usagef("--%s %s: there are no pictures frost1.png, frost2.png and so on in it", overlaysFlag, o.folder)
	}
	o.sum = hex.EncodeToString(sum.Sum(nil))
	return corrupt.FrostFrom(pictures)
}
