package elastic

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"steady/core/bench"
	"steady/core/exchange"
	"steady/core/report"
)

// ErrDiffers matches the error of a worker that would compute something else than the server asks for.
var ErrDiffers = errors.New("the worker's benchmark is another one than the server's")

// Slices returns the slices that are asked for, by key.
func Slices(h exchange.Head) (map[string]*exchange.Slice, error) {
	var networks []report.Network
	for _, n := range h.Networks {
		networks = append(networks, n.Report())
	}
	var perturbations []bench.Perturbation
	for _, a := range h.Asked {
		p, err := bench.Parse(a.Perturbation)
		if err != nil {
			return nil, err
		}
		for _, n := range h.Networks {
			if a.Images < 1 || a.Images > len(n.Labels) {
				return nil, fmt.Errorf("%s on %d images, but %s has %d labels", a.Perturbation, a.Images, n.Name, len(n.Labels))
			}
		}
		perturbations = append(perturbations, p)
	}
	return exchange.Slices(networks, perturbations, func(p, _ int) int { return h.Asked[p].Images })
}

// Grid returns a hash of the keys of slices.
func Grid(s map[string]*exchange.Slice) string {
	h := sha256.New()
	for _, key := range slices.Sorted(maps.Keys(s)) {
		h.Write([]byte(key))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Differs returns an error that matches [ErrDiffers] if what a worker has opened is not what the plan asks for: it says what
// differs.
func (p *Plan) Differs(worker exchange.Head) error {
	if text := differs(p.Head, worker); text != "" {
		return fmt.Errorf("%w: %s (the server's program is %s, the worker's %s)", ErrDiffers, text, p.Head.Program, worker.Program)
	}
	s, err := Slices(worker)
	if err != nil {
		return err
	}
	if Grid(s) != p.Grid {
		return fmt.Errorf("%w: networks, images and perturbations are the same, but their keys are not, as those of versions of the program with "+
			"other attacks or slices (the server's is %s, the worker's %s)", ErrDiffers, p.Head.Program, worker.Program)
	}
	return nil
}

// differs returns what of two heads differs: "" if nothing that decides results does.
func differs(server, worker exchange.Head) string {
	if len(server.Networks) != len(worker.Networks) {
		return fmt.Sprintf("it has %d networks, the server %d", len(worker.Networks), len(server.Networks))
	}
	for i, s := range server.Networks {
		w := worker.Networks[i]
		for _, part := range []struct{ what, server, worker string }{
			{"name of a network", s.Name, w.Name},
			{"SHA-256 of the network " + s.Name, s.Network, w.Network},
			{"form of the input of " + s.Name, s.Input, w.Input},
			{"SHA-256 of the images for " + s.Name, s.Data, w.Data},
			{"preparation of the images for " + s.Name, s.Preparation, w.Preparation},
			{"SHA-256 of the photographs for frost", s.Overlays, w.Overlays},
			{"seed", fmt.Sprint(s.Seed), fmt.Sprint(w.Seed)},
		} {
			if part.server != part.worker {
				return fmt.Sprintf("the %s is %.100q on the server, %.100q on the worker", part.what, part.server, part.worker)
			}
		}
		if !slices.Equal(s.Labels, w.Labels) || !slices.Equal(s.Indices, w.Indices) {
			return fmt.Sprintf("the labels or the selection of the images for %s are others", s.Name)
		}
	}
	for _, pair := range [][2]exchange.Head{{server, worker}, {worker, server}} {
		for _, a := range pair[0].Asked {
			if !slices.Contains(pair[1].Asked, a) {
				return fmt.Sprintf("%s on %d images is asked for by only one of them", a.Perturbation, a.Images)
			}
		}
	}
	return ""
}
