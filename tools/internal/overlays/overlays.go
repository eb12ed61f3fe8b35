package overlays

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"steady/core/corrupt"
	"steady/core/img"
	"steady/tools/internal/picture"
	"steady/tools/internal/usage"
)

// Flag is the name of the flag for the folder, and Help its help.
const (
	Flag = "frost-overlays"
	Help = "folder with photographs (frost1.png, ...) that frost is cut from, instead of procedural ice"
)

// Use returns the list of corruptions with frost cut from the photographs in a folder, whose names begin with "frost", in
// the order of their names; and the SHA-256 of their pixels. It says what is odd about their files.
func Use(folder string, list []*corrupt.Corruption, say func(format string, args ...any)) (with []*corrupt.Corruption, sum string, err error) {
	i := slices.IndexFunc(list, func(c *corrupt.Corruption) bool { return c.Name == "frost" })
	if i < 0 {
		return nil, "", usage.Errorf("--%s is for frost, which is not asked for", Flag)
	}
	files, err := Files(folder)
	if err != nil {
		return nil, "", usage.Errorf("--%s %s: there is no such folder (%w)", Flag, folder, err)
	}
	var photos []*img.Image
	hash := sha256.New()
	for _, file := range files {
		m, err := picture.Read(file, 0, say)
		if err != nil {
			return nil, "", err
		}
		photos = append(photos, m)
		hash.Write(m.ToImage().Pix)
	}
	if len(photos) == 0 {
		return nil, "", usage.Errorf("--%s %s: there are no images frost1.png, frost2.png and so on in it", Flag, folder)
	}
	frost, err := corrupt.FrostFrom(photos)
	if err != nil {
		return nil, "", err
	}
	list = slices.Clone(list)
	list[i] = frost
	return list, hex.EncodeToString(hash.Sum(nil)), nil
}

// Files returns the photographs in a folder.
func Files(folder string) (files []string, err error) {
	entries, err := os.ReadDir(folder)
	for _, e := range entries {
		if !e.IsDir() && strings.HasPrefix(strings.ToLower(e.Name()), "frost") {
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	return files, err
}
