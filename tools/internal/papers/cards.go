package papers

import (
	"encoding/json"
	"errors"
	"fmt"
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
// gets what is wrong with cards, and the folders that have none of a network.
func addCards(t *results.Table, folders []string, say func(string, ...any)) error {
	for _, folder := range folders {
		found := false
		for i := range t.Networks {
			n := &t.Networks[i]
			card, why, err := cardIn(folder, n.Name, n.File, n.SHA256)
			if err != nil {
				return err
			}
			if n.Card == nil {
				sayAll(say, why)
			}
			found = found || card != nil || why != nil
			if card == nil {
				continue
			}
			if err := n.AddCard(card); err != nil {
				return usage.Errorf("--cards %s: %s", folder, strings.TrimPrefix(err.Error(), "results: "))
			}
		}
		if !found {
			say("--cards %s: it has no model card of any of the networks (NAME.json, with the SHA-256 of the network).", folder)
		}
	}
	return nil
}

func sayAll(say func(string, ...any), sentences []string) {
	for _, s := range sentences {
		say("%s", s)
	}
}

// findCard returns what is known of the training of a network of a store: of the first model card of it that there is, beside its
// file, in folders, or of a built-in network. It returns nil if there is none. Why has what is wrong with cards, in sentences.
func findCard(n *report.Network, folders []string) (card *results.Card, why []string, err error) {
	card, why, err = cardAt(strings.TrimSuffix(n.File, filepath.Ext(n.File))+".json", n.Name, n.Cell.Network)
	for _, folder := range folders {
		if card != nil || err != nil {
			break
		}
		var more []string
		if card, more, err = cardIn(folder, n.Name, n.File, n.Cell.Network); card != nil {
			why = nil // of cards that are not needed
		}
		why = append(why, more...)
	}
	if card != nil || err != nil {
		return card, why, err
	}
	cards, err := model.Cards()
	if err != nil {
		return nil, why, err
	}
	for _, built := range cards {
		if built.SHA256 == n.Cell.Network {
			card, err = cardOf(&built)
			return card, nil, err
		}
	}
	return nil, why, nil
}

// cardIn returns what the model card of a network in a folder says, by its name or that of its file; nil if there is none.
func cardIn(folder, name, file, sha256 string) (card *results.Card, why []string, err error) {
	files := []string{name}
	if of := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)); of != name {
		files = append(files, of)
	}
	for _, file := range files {
		card, more, err := cardAt(filepath.Join(folder, file+".json"), name, sha256)
		if card != nil || err != nil {
			return card, more, err
		}
		why = append(why, more...)
	}
	return nil, why, nil
}

// cardAt returns what a model card of a network says; nil if there is none. Why has what is wrong with the file, if something is.
func cardAt(path, network, sha256 string) (card *results.Card, why []string, err error) {
	c, wrong, err := readCard(path)
	switch {
	case err != nil || c == nil && wrong == "":
		return nil, nil, err
	case c == nil:
		return nil, []string{fmt.Sprintf("%s is no model card of %s: %s.", path, network, wrong)}, nil
	case sha256 == "" || c.SHA256 != sha256:
		return nil, []string{fmt.Sprintf("%s is not the model card of %s: its sha256 is %.70q, and that of the network %q.", path, network, c.SHA256, sha256)}, nil
	}
	unknown := c.TrainingError
	if _, err := train.LookupRecipe(c.Training.Recipe); unknown == nil && c.Training.Recipe != "" {
		unknown = err
	}
	if unknown != nil {
		why = []string{fmt.Sprintf("%s: how %s was trained is not known here: %s.", path, network, strings.TrimPrefix(unknown.Error(), "train: "))}
	}
	if card, err = cardOf(c); err != nil {
		return nil, nil, err
	}
	if err := card.Check(); err != nil {
		return nil, nil, usage.Errorf("%s: %w", path, err)
	}
	return card, why, nil
}

// readCard reads a model card. It returns nil if there is no such file, or, with what is wrong with it, if it is none.
func readCard(path string) (card *train.Card, wrong string, err error) {
	b, err := input.File(path, maxCard)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	card = new(train.Card)
	if err := json.Unmarshal(b, card); err != nil {
		return nil, err.Error(), nil
	}
	return card, "", nil
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
	if _, err := train.LookupRecipe(card.Recipe); err == nil { // else it is not known what they are
		card.TrainedOn = append([]string{}, c.Training.Seen()...)
	}
	if c.InitFrom != nil {
		card.InitFrom = c.InitFrom.SHA256
	}
	return card, nil
}
