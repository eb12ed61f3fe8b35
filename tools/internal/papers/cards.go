package papers

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"steady/core/report"
	"steady/core/results"
	"steady/core/train"
	_ "steady/core/train/recipes" // what they are trained on
	"steady/tools/internal/input"
	"steady/tools/internal/model"
	"steady/tools/internal/usage"
)

// maxCard is the size of the largest model card that is read.
const maxCard = 1 << 20

// checkFolders returns an error if one of --cards is no folder.
func checkFolders(folders []string) error {
	for _, folder := range folders {
		info, err := os.Stat(folder)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return usage.Errorf("--cards %s: there is no such folder", folder)
		case err != nil:
			return err
		case !info.IsDir():
			return usage.Errorf("--cards %s: a file: want a folder with model cards", folder)
		}
	}
	return nil
}

// addCards adds the model cards in folders to the networks that have none. It is an error if a network has another one. Say
// gets the folders that have no card of a network.
func addCards(t *results.Table, folders []string, say func(string, ...any)) error {
	for _, folder := range folders {
		found := false
		for i := range t.Networks {
			n := &t.Networks[i]
			card, err := cardIn(folder, n.Name, n.File, n.SHA256)
			if err != nil {
				return err
			}
			if card == nil {
				continue
			}
			found = true
			if err := n.AddCard(card); err != nil {
				return usage.Errorf("--cards %s: %s", folder, strings.TrimPrefix(err.Error(), "results: "))
			}
		}
		if !found {
			say("--cards %s: it has no model card of any of the networks (NAME.json, with the SHA-256 of the network's file).", folder)
		}
	}
	return nil
}

// findCard returns what is known of the training of a network of a store: of the first model card of its file that there is,
// beside it, in folders, or of a built-in network. It returns nil if there is none.
func findCard(n *report.Network, folders []string) (*results.Card, error) {
	card, err := cardAt(strings.TrimSuffix(n.File, filepath.Ext(n.File))+".json", n.Cell.Network)
	for _, folder := range folders {
		if card == nil && err == nil {
			card, err = cardIn(folder, n.Name, n.File, n.Cell.Network)
		}
	}
	if card != nil || err != nil {
		return card, err
	}
	cards, err := model.Cards()
	if err != nil {
		return nil, err
	}
	for _, card := range cards {
		if card.SHA256 == n.Cell.Network {
			return cardOf(&card)
		}
	}
	return nil, nil
}

// cardIn returns what the model card of a network in a folder says, by its name or that of its file; nil if there is none.
func cardIn(folder, name, file, sha256 string) (*results.Card, error) {
	for _, name := range []string{name, strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))} {
		if card, err := cardAt(filepath.Join(folder, name+".json"), sha256); card != nil || err != nil {
			return card, err
		}
	}
	return nil, nil
}

// cardAt returns what a model card says; nil if there is none, or one of another network.
func cardAt(path, sha256 string) (*results.Card, error) {
	card, err := readCard(path)
	if card == nil || err != nil || sha256 == "" || card.SHA256 != sha256 {
		return nil, err
	}
	return cardOf(card)
}

// readCard reads a model card. It returns nil if there is no such file, or it is none.
func readCard(path string) (*train.Card, error) {
	b, err := input.File(path, maxCard)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var card train.Card
	if json.Unmarshal(b, &card) != nil {
		return nil, nil
	}
	return &card, nil
}

func cardOf(c *train.Card) (*results.Card, error) {
	training, err := json.Marshal(c.Training)
	if err != nil {
		return nil, err
	}
	card := &results.Card{
		Architecture: c.Architecture, Parameters: c.Parameters, MultiplyAdds: c.MultiplyAdds, Data: c.Data, Images: c.Images,
		Recipe: c.Training.Recipe, Seed: c.Training.Seed, Epochs: c.Training.Epochs, Training: training,
		Accuracy: c.Accuracy, TestImages: c.TestImages, Seconds: c.ProcessorSeconds, Machine: c.Machine, Command: c.Command, Revision: c.Revision,
	}
	if card.Recipe != "" { // else the parameters are not known here
		card.TrainedOn = append([]string{}, c.Training.Seen()...)
	}
	if c.InitFrom != nil {
		card.InitFrom = c.InitFrom.SHA256
	}
	return card, nil
}
