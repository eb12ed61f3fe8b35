package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// addModels copies the networks and their model cards, and lists them in models/models.json.
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
	var list bytes.Buffer
	list.WriteByte('[')
	for i, path := range networks {
		name := filepath.Base(path)
		if err := copyFile(path, s.part("models/"+name)); err != nil {
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
		if !json.Valid(card) {
			return fmt.Errorf("%s is not JSON", cardPath)
		}
		if i > 0 {
			list.WriteByte(',')
		}
		fmt.Fprintf(&list, "\n{\"file\":%q,\"card\":%s}", name, card)
	}
	list.WriteString("\n]\n")
	return os.WriteFile(s.part("models/models.json"), list.Bytes(), 0o666)
}
