package bench

import (
	"strings"
	"testing"

	"steady/core/corrupt"
	"steady/core/score"
)

func TestSuites(t *testing.T) {
	sizes := map[string]int{
		"quick":      16,
		"imagenet-c": 75, "imagenet-c-nojpeg": 75, "imagenet-c-extra": 20, "cifar10-c": 75, "cifar10-c-extra": 20, "laugros": 24,
		"imagenet-noc": 8, "cifar10-noc": 17, "balanced": 12, "linf": 3, "linf-imagenet": 3, "linf-curve": 9, "l2": 3, "l2-imagenet": 3, "spatial": 1,
		"full": 5*len(corrupt.All()) + 7,
	}
	for _, s := range Suites() {
		if len(s.Perturbations) != sizes[s.Name] {
			t.Errorf("%s has %d perturbations, want %d", s.Name, len(s.Perturbations), sizes[s.Name])
		}
		delete(sizes, s.Name)
		seen := map[Perturbation]bool{}
		for _, p := range s.Perturbations {
			if seen[p] || p.Clean() {
				t.Errorf("%s has %s twice, or clean images", s.Name, p)
			}
			seen[p] = true
			a, params := p.Attack()
			if norm, _, ok := strings.Cut(s.Name, "-"); a != nil && (ok || s.Name == "linf" || s.Name == "l2") && params.Norm.String() != norm {
				t.Errorf("%s has %s", s.Name, p)
			}
		}
		if s.Title == "" || s.Source == "" {
			t.Errorf("%+v", s)
		}
		if found, err := LookupSuite(s.Name); err != nil || found.Title != s.Title {
			t.Errorf("%s is found as %s, %v", s.Name, found.Title, err)
		}
	}
	if len(sizes) > 0 {
		t.Errorf("there are no suites %v", sizes)
	}
	if _, err := LookupSuite("imagenet-d"); err == nil || !strings.Contains(err.Error(), "cifar10-c") {
		t.Errorf("error %v", err)
	}
}

// TestImageNetC holds the suite against the corruptions of the reference of its mean corruption error.
func TestImageNetC(t *testing.T) {
	s, err := LookupSuite("imagenet-c")
	if err != nil {
		t.Fatal(err)
	}
	reference := score.AlexNet()
	cells := map[score.Cell]bool{}
	for _, p := range s.Perturbations {
		c, o, jpeg := p.Corruption()
		if _, ok := reference[c.Name]; !ok || o.Profile != corrupt.ImageNet || jpeg != 85 {
			t.Errorf("%s", p)
		}
		cells[score.Cell{Corruption: c.Name, Severity: o.Severity}] = true
	}
	if len(cells) != 5*(len(reference)-1) {
		t.Errorf("%d cells", len(cells))
	}
}
