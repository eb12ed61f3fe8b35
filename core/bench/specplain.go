package bench

import (
	"strconv"

	"steady/core/corrupt"
)

// Plain returns the spec as plain data that [Load] reads as the same spec: what was included is in it, and suites are their
// cells. Clean images and those of Corrupted, which no list of cells has, are left out.
func (s *Spec) Plain() map[string]any {
	spec := map[string]any{"models": plainModels(s.Models), "seed": s.Seed}
	d := map[string]any{}
	set(d, "path", s.Data.Path)
	set(d, "resize", s.Data.Resize)
	set(d, "crop", s.Data.Crop)
	set(d, "limit", s.Data.Limit)
	set(d, "sample", s.Data.Sample)
	set(d, "class-map", s.Data.ClassMap.Path)
	if len(d) > 0 {
		spec["data"] = d
	}
	var cells, corrupted []any
	for _, p := range s.Perturbations {
		if !p.Clean() && p.Files() == "" {
			cells = append(cells, plainCell(p, s.Limits[p].N))
		}
	}
	for _, c := range s.Corrupted {
		corrupted = append(corrupted, c.Path)
	}
	if cells != nil {
		spec["cells"] = cells
	}
	if corrupted != nil {
		spec["corrupted"] = corrupted
	}
	set(spec, "overlays", s.Overlays.Path)
	return spec
}

// set adds an entry, unless it says nothing.
func set[T comparable](to map[string]any, name string, value T) {
	if value != *new(T) {
		to[name] = value
	}
}

func plainModels(models []Model) (list []any) {
	for _, m := range models {
		one := map[string]any{"file": m.File, "name": m.Name}
		set(one, "output", m.Output)
		set(one, "layout", m.Layout)
		set(one, "preset", m.Preset)
		if p := m.Preprocess; m.Preset == "" {
			if p.Scale != 1 {
				one["scale"] = decimal(p.Scale)
			}
			if len(p.Mean) > 0 {
				one["mean"] = numbers(p.Mean)
			}
			if len(p.Std) > 0 {
				one["std"] = numbers(p.Std)
			}
			set(one, "bgr", p.BGR)
		}
		list = append(list, one)
	}
	return list
}

func numbers(values []float32) (list []any) {
	for _, v := range values {
		list = append(list, decimal(v))
	}
	return list
}

// decimal returns the number of fewest digits that is v as float32.
func decimal(v float32) float64 {
	number, err := strconv.ParseFloat(strconv.FormatFloat(float64(v), 'g', -1, 32), 64)
	if err != nil {
		panic(err) // it is a number
	}
	return number
}

func plainCell(p Perturbation, limit int) any {
	if limit == 0 {
		return p.String()
	}
	if a, _ := p.Attack(); a != nil {
		return map[string]any{"attack": p.String(), "limit": limit}
	}
	c, o, jpeg := p.Corruption()
	cell := map[string]any{"corruption": c.Name, "severity": any(o.Severity), "limit": limit}
	if o.Severity == corrupt.FullRange {
		cell["severity"] = "range"
	}
	if o.Profile != corrupt.Auto {
		cell["profile"] = o.Profile.String()
	}
	set(cell, "jpeg", jpeg)
	return cell
}
