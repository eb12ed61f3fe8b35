package bench

import (
	"fmt"
	"slices"

	"steady/core/corrupt"
)

func (l *loader) addCells(p plain) error {
	for _, p := range p.list() {
		perturbations, limit, err := readCell(p)
		if err != nil {
			return err
		}
		for _, perturbation := range perturbations {
			if err := l.add(perturbation, origin{p, false, limit}); err != nil {
				return err
			}
		}
	}
	return nil
}

// readCell reads the text of a perturbation, or an object: an attack, at several eps, or corruptions at several severities.
func readCell(p plain) (list []Perturbation, limit Limit, err error) {
	if text, ok := p.value.(string); ok {
		made, err := Parse(text)
		return []Perturbation{made}, limit, p.wrap(err)
	}
	names := slices.Concat(corruptionEntries.names(), attackEntries.names())
	parts, err := p.object(slices.Compact(slices.Sorted(slices.Values(names)))...)
	if err != nil {
		return nil, limit, err
	}
	if limit, err = readLimit(parts); err != nil {
		return nil, limit, err
	}
	_, isCorruption := parts["corruption"]
	_, isAttack := parts["attack"]
	switch {
	case isCorruption == isAttack:
		err = p.errorf("want a corruption or an attack")
	case isAttack:
		list, err = readAttack(parts)
	default:
		list, err = readCorruption(parts)
	}
	return list, limit, err
}

func readAttack(parts map[string]plain) (list []Perturbation, err error) {
	for _, name := range corruptionEntries.names() {
		if p, ok := parts[name]; ok && !slices.Contains(attackEntries.names(), name) {
			return nil, p.errorf("an attack has none")
		}
	}
	at := parts["attack"]
	text, err := at.text()
	if err != nil {
		return nil, err
	}
	made, err := Parse(text)
	if err != nil {
		return nil, at.wrap(err)
	}
	a, params := made.Attack()
	if a == nil {
		return nil, at.errorf("%s is no attack", made)
	}
	eps, ok := parts["eps"]
	if !ok {
		return []Perturbation{made}, nil
	}
	if !a.Uses("eps") {
		return nil, eps.errorf("%s has no eps", a.Name)
	}
	for _, p := range eps.list() {
		if params.Eps, err = p.number(); err != nil {
			return nil, err
		}
		made, err := Attacked(a, params)
		if err != nil {
			return nil, p.wrap(err)
		}
		list = append(list, made)
	}
	return list, nil
}

func readCorruption(parts map[string]plain) (list []Perturbation, err error) {
	if p, ok := parts["eps"]; ok {
		return nil, p.errorf("a corruption has none")
	}
	severities := plain{value: []any{1, 2, 3, 4, 5}}.list()
	if p, ok := parts["severity"]; ok {
		severities = p.list()
	}
	for _, name := range parts["corruption"].list() {
		text, err := name.text()
		if err != nil {
			return nil, err
		}
		c, err := corrupt.Lookup(text)
		if err != nil {
			return nil, name.wrap(err)
		}
		for _, severity := range severities {
			made := corruption{entry: c}
			for i := range corruptionOptions {
				o := &corruptionOptions[i]
				p, ok := parts[o.Name]
				if o.Name == "severity" {
					p, ok = severity, true
				}
				if !ok {
					continue
				}
				if err := o.Set(&made, fmt.Sprint(p.value)); err != nil {
					return nil, p.wrap(err)
				}
			}
			p, err := made.perturbation()
			if err != nil {
				return nil, severity.wrap(err)
			}
			list = append(list, p)
		}
	}
	return list, nil
}
