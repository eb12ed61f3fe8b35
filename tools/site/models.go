package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"steady/models"
)

// addModels copies the networks, their model cards and licenses, and lists the networks in models/models.json, in the order of
// models.Compare: the page begins with the first that suits the picture, brings the one for the largest images behind it, and loads
// others when they are chosen.
func (s *site) addModels() error {
	if err := os.Mkdir(s.part("models"), 0o777); err != nil {
		return err
	}
	networks, err := filepath.Glob(filepath.Join(s.models, "*.onnx"))
	if err != nil {
		return err
	}
	if len(networks) == 0 {
		fmt.Fprintf(os.Stderr, "There are no networks in %s: the page will have none to show.\n", s.models)
	}
	name := func(path string) string { return strings.TrimSuffix(filepath.Base(path), ".onnx") }
	slices.SortFunc(networks, func(a, b string) int { return models.Compare(name(a), name(b)) })
	var list bytes.Buffer
	list.WriteByte('[')
	for i, path := range networks {
		file := filepath.Base(path)
		if err := copyFile(path, s.part("models/"+file)); err != nil {
			return err
		}
		cardPath := strings.TrimSuffix(path, ".onnx") + ".json"
		card, err := os.ReadFile(cardPath)
		if errors.Is(err, fs.ErrNotExist) {
			card = []byte("{}")
		} else if err != nil {
			return err
		} else if err := os.WriteFile(s.part("models/"+filepath.Base(cardPath)), card, 0o666); err != nil {
			return err
		}
		if isLarge(card) {
			s.later = append(s.later, "models/"+file)
		}
		if i > 0 {
			list.WriteByte(',')
		}
		fmt.Fprintf(&list, "\n{\"file\":%q,\"card\":", file)
		if err := json.Compact(&list, card); err != nil {
			return fmt.Errorf("%s is not JSON: %w", cardPath, err)
		}
		list.WriteByte('}')
	}
	list.WriteString("\n]\n")
	licenses, err := filepath.Glob(filepath.Join(s.models, "LICENSE-*.txt"))
	if err != nil {
		return err
	}
	for _, path := range licenses {
		if err := copyFile(path, s.part("models/"+filepath.Base(path))); err != nil {
			return err
		}
	}
	return os.WriteFile(s.part("models/models.json"), list.Bytes(), 0o666)
}
