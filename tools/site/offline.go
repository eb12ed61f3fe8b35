package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"

	"github.com/evanw/esbuild/pkg/api"
)

// workerName is the service worker, which keeps the site in the browser.
const workerName = "service-worker.js"

// fileList is what the service worker is told of the site (web/src/offline/files.ts).
type fileList struct {
	Files map[string]string `json:"files"` // path -> first 16 hexadecimal digits of its SHA-256
	Later []string          `json:"later"` // those of them that are kept once they have been used
}

// listFiles lists all files that a browser may ask for.
func (s *site) listFiles() (fileList, error) {
	list := fileList{map[string]string{}, append([]string{}, s.later...)}
	err := fs.WalkDir(os.DirFS(s.parts), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || isPacked(name) {
			return err
		}
		content, err := os.ReadFile(s.part(name))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		list.Files[name] = fmt.Sprintf("%x", sum[:8])
		return nil
	})
	return list, err
}

// addServiceWorker bundles the service worker with the list of all files that a browser may ask for. It must come after what makes
// them.
func (s *site) addServiceWorker() error {
	list, err := s.listFiles()
	if err != nil {
		return err
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	result := api.Build(minified(api.BuildOptions{
		EntryPointsAdvanced: []api.EntryPoint{{InputPath: "web/src/offline/worker.ts", OutputPath: "service-worker"}},
		Outdir:              s.parts,
		Define:              map[string]string{"SITE": string(text)},
	}))
	if n := len(result.Errors); n > 0 {
		return fmt.Errorf("bundling %s: %d errors (see above)", workerName, n)
	}
	return nil
}

// isPacked reports whether a file is one that compress has added.
func isPacked(name string) bool {
	return slices.ContainsFunc(encodings, func(e encoding) bool { return path.Ext(name) == e.suffix })
}

// largePixels is the size of the images from which on a network is only kept once it has been used.
const largePixels = 128 * 128

// isLarge reports whether a network, of a model card, is for large images.
func isLarge(card []byte) bool {
	var c struct{ Image []int }
	if json.Unmarshal(card, &c) != nil || len(c.Image) != 3 {
		return false
	}
	return c.Image[1]*c.Image[2] > largePixels
}
