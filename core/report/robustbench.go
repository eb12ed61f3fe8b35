package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"steady/core/attack"
	"steady/core/corrupt"
	"steady/core/option"
	"steady/core/score"
)

// ModelInfo is what RobustBench's files of model_info have about a network. Accuracies are texts, in percent. What a benchmark
// does not know, such as the paper, is null, for whoever hands the network in.
type ModelInfo struct {
	Link           *string `json:"link"`
	Name           *string `json:"name"` // of the paper
	Authors        *string `json:"authors"`
	AdditionalData *bool   `json:"additional_data"`
	ForwardPasses  *int    `json:"number_forward_passes"`
	Dataset        string  `json:"dataset"`
	Venue          *string `json:"venue"`
	Architecture   *string `json:"architecture"`
	Eps            *string `json:"eps"`
	Clean          string  `json:"clean_acc"`
	Reported       *string `json:"reported"`
	Corrupted      *string `json:"corruptions_acc,omitempty"` // mean over the fifteen corruptions at five severities
	MCE            *string `json:"corruptions_mce,omitempty"` // relative to the errors of AlexNet that RobustBench has
	AutoAttack     *string `json:"autoattack_acc,omitempty"`
	Footnote       *string `json:"footnote"`
}

// ErrNotRobustBench matches the error for results that fit none of RobustBench's lists.
var ErrNotRobustBench = errors.New("nothing that RobustBench lists")

// RobustBench returns the files of RobustBench's model_info that the results fit, by their paths: DATASET/corruptions/NAME.json
// for networks measured under the fifteen corruptions of ImageNet-C at five severities, and DATASET/Linf/NAME.json and
// DATASET/L2/NAME.json for those measured under AutoAttack. Where there are none, the error matches ErrNotRobustBench.
func (r *Report) RobustBench() (map[string]ModelInfo, error) {
	files := map[string]ModelInfo{}
	for i := range r.Models {
		m := &r.Models[i]
		if m.Clean == nil {
			continue
		}
		n := &r.results.Networks[i]
		set := robustBenchSet(n)
		infos := r.attackInfos(i, set)
		if info, ok := m.corruptionInfo(set, n.Cell.Overlays != ""); ok {
			infos["corruptions"] = info
		}
		for kind, info := range infos {
			info.Dataset, info.Clean = set, hundredths(*m.Clean)
			path := fmt.Sprintf("%s/%s/%s.json", fileName(info.Dataset), kind, fileName(m.Name))
			if _, ok := files[path]; ok {
				return nil, fmt.Errorf("report: two networks would be %s: want other names", path)
			}
			files[path] = info
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("report: %w: want clean images and the fifteen corruptions of ImageNet-C at five severities, or AutoAttack in Linf or L2", ErrNotRobustBench)
	}
	return files, nil
}

// corruptionInfo returns the figures under corruptions, if all are there.
func (m *Model) corruptionInfo(set string, photographs bool) (info ModelInfo, ok bool) {
	var accuracies []float64
	rates := score.Errors{}
	var names, notes []string
	add := func(note string) {
		if !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	}
	for _, published := range corrupt.In(corrupt.ImageNetC) {
		var found []*Corruption
		for k := range m.Corruptions {
			if c := &m.Corruptions[k]; c.variant.corruption == published && len(c.entries) == 5 && c.Accuracy != nil {
				found = append(found, c)
			}
		}
		if len(found) != 1 { // of several variants it is not known which
			return info, false
		}
		accuracies, names = append(accuracies, *found[0].Accuracy), append(names, published.Name)
		rates[published.Name] = 1 - *found[0].Accuracy
		if text := found[0].entries[0].Perturbation.String(); !strings.Contains(text, "files=") {
			add("corrupted by steady, not the published files")
			if published.Name == "frost" && !photographs {
				add("frost is grown")
			}
		}
	}
	add(fmt.Sprintf("%d images", m.Images))
	mean := hundredths(score.Mean(accuracies))
	footnote := strings.Join(notes, "; ")
	info = ModelInfo{Corrupted: &mean, Footnote: &footnote}
	if set == "imagenet" {
		if mce, err := score.MeanCorruptionError(rates, score.AlexNetRobustBench(), names); err == nil {
			text := hundredths(mce)
			info.MCE = &text
		}
	}
	return info, true
}

// attackInfos returns the figures of a network under AutoAttack, by norm. Of several eps, the one of RobustBench's list of the
// set comes first, then the largest.
func (r *Report) attackInfos(network int, set string) map[string]ModelInfo {
	infos, chosen := map[string]ModelInfo{}, map[string]float64{}
	for i := range r.Cells {
		c := &r.Cells[i]
		a, p := c.entry.Perturbation.Attack()
		if a == nil || c.entry.Network != network || a.Name != "autoattack" {
			continue
		}
		kind, usual := "Linf", 8./255
		if set == "imagenet" {
			usual = 4. / 255
		}
		if p.Norm == attack.L2 {
			kind, usual = "L2", .5
		} else if p.Norm != attack.Linf {
			continue
		}
		eps, ok := chosen[kind]
		if ok && (eps == usual || p.Eps != usual && p.Eps < eps) {
			continue
		}
		chosen[kind] = p.Eps
		eps255 := 255
		if kind == "L2" {
			eps255 = 0
		}
		text, accuracy, footnote := option.FormatNumber(p.Eps, eps255), hundredths(c.Accuracy), fmt.Sprintf("AutoAttack of steady; %d images", c.Images)
		infos[kind] = ModelInfo{Eps: &text, AutoAttack: &accuracy, Footnote: &footnote}
	}
	return infos
}

func hundredths(share float64) string { return fmt.Sprintf("%.2f", 100*share) }

// robustBenchSet returns the name that RobustBench has for the set of a network's images, or the set's own name if it is none
// of these: Tiny ImageNet has other classes than ImageNet.
func robustBenchSet(n *Network) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(n.DataName))
	for _, known := range []struct {
		name    string
		classes int
	}{{"cifar100", 100}, {"cifar10", 10}, {"imagenet", 1000}} {
		if strings.Contains(plain, known.name) && (n.Classes == nil || len(n.Classes) == known.classes) {
			return known.name
		}
	}
	return n.DataName
}

// fileName returns a name that every file system has, and that stays in its folder.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-+", r) {
			return r
		}
		return '_'
	}, name)
	if name == "" || name[0] == '.' {
		name = "_" + name
	}
	return name
}
