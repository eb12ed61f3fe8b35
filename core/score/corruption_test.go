package score

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"steady/core/corrupt"
)

// By hand: a network and a reference under two corruptions at severities 1 and 2.
var (
	handRates = Rates{
		{Corruption: Clean}: .125,
		{"fog", 1}:          .25, {"fog", 2}: .5,
		{"snow", 1}: .125, {"snow", 2}: .375,
	}
	handErrors    = Errors{Clean: .125, "fog": .375, "snow": .25}
	handReference = Errors{Clean: .25, "fog": .75, "snow": .5}
)

func TestErrorsOverSeverities(t *testing.T) {
	names := []string{"fog", "snow"}
	e, err := handRates.Errors(names, 1, 2)
	if err != nil || !maps.Equal(e, handErrors) {
		t.Errorf("%v, %v, want %v", e, err, handErrors)
	}
	e, err = handRates.Errors(names, 2)
	if want := (Errors{Clean: .125, "fog": .5, "snow": .375}); err != nil || !maps.Equal(e, want) {
		t.Errorf("severity 2: %v, %v, want %v", e, err, want)
	}

	// A missing cell takes its corruption with it, and no other.
	for _, rates := range []Rates{without(handRates, Cell{"snow", 2}), with(handRates, Cell{"snow", 2}, math.NaN())} {
		e, err = rates.Errors(names, 1, 2)
		if want := (Errors{Clean: .125, "fog": .375}); !maps.Equal(e, want) {
			t.Errorf("without snow 2: %v, want %v", e, want)
		}
		wantMissing(t, err, "snow 2")
	}
	e, err = without(handRates, Cell{Corruption: Clean}).Errors(names, 1)
	if _, ok := e[Clean]; ok || err != nil {
		t.Errorf("without clean images: %v, %v", e, err)
	}

	// Corruptions without severities.
	e, err = Rates{{"laugros/rain", 0}: .5}.Errors([]string{"laugros/rain", "laugros/hue"})
	if e["laugros/rain"] != .5 || len(e) != 1 {
		t.Errorf("without severities: %v", e)
	}
	wantMissing(t, err, "laugros/hue")

	for _, rate := range []float64{25, -.1, math.Inf(1)} {
		for _, cell := range []Cell{{"fog", 1}, {Corruption: Clean}} {
			if e, err := with(handRates, cell, rate).Errors(names, 1, 2); err == nil || e != nil || !strings.Contains(err.Error(), cell.String()+":") {
				t.Errorf("%g of %v: %v, %v", rate, cell, e, err)
			}
		}
	}
}

func TestCorruptionErrors(t *testing.T) {
	names := []string{"fog", "snow"}
	for _, test := range []struct {
		name string
		got  func() (float64, error)
		want float64
	}{
		{"mean error", func() (float64, error) { return MeanError(handErrors, names) }, .3125},
		{"CE", func() (float64, error) { return CorruptionError(handErrors, handReference, "fog") }, .5},
		{"mCE", func() (float64, error) { return MeanCorruptionError(handErrors, handReference, names) }, .5},
		{"mCE of one", func() (float64, error) { return MeanCorruptionError(handErrors, handReference, names[1:]) }, .5},
		{"relative CE", func() (float64, error) { return RelativeCorruptionError(handErrors, handReference, "fog") }, .25 / .5},
		{"relative CE of snow", func() (float64, error) { return RelativeCorruptionError(handErrors, handReference, "snow") }, .125 / .25},
		{"relative mCE", func() (float64, error) {
			return RelativeMeanCorruptionError(handErrors, Errors{Clean: .25, "fog": .375, "snow": .75}, names)
		}, (.25/.125 + .125/.5) / 2},
		{"of a network that gets better", func() (float64, error) {
			return RelativeCorruptionError(Errors{Clean: .5, "fog": .25}, handReference, "fog")
		}, -.5},
		{"of itself", func() (float64, error) { return RelativeMeanCorruptionError(handErrors, handErrors, names) }, 1},
	} {
		got, err := test.got()
		if err != nil || got != test.want {
			t.Errorf("%s: %g, %v, want %g", test.name, got, err, test.want)
		}
	}
}

func TestMissing(t *testing.T) {
	names := []string{"fog", "frost", "snow", "rain"}
	_, err := MeanError(handErrors, names)
	wantMissing(t, err, "frost", "rain")
	_, err = MeanCorruptionError(handErrors, Errors{"fog": .5, "rain": .5}, names)
	wantMissing(t, err, "frost", "frost of the reference", "snow of the reference", "rain")
	_, err = RelativeMeanCorruptionError(Errors{"fog": .5, "snow": .5}, Errors{"fog": .5, "snow": .5}, names[:1])
	wantMissing(t, err, "clean", "clean of the reference")
	_, err = RelativeMeanCorruptionError(Errors{"fog": .5, "snow": .5}, handReference, []string{"fog", "snow"})
	wantMissing(t, err, "clean")
	if text := missing([]string{"fog 1", "fog 2", "fog 3", "fog 4", "fog 5", "snow 1", "snow 2"}).Error(); text != "score: not measured: fog 1, fog 2, fog 3, fog 4, fog 5 and 2 more" {
		t.Error(text)
	}
}

func TestNoReference(t *testing.T) {
	zero := Errors{Clean: 0, "fog": 0, "snow": .5}
	harmless := Errors{Clean: .25, "fog": .25, "snow": .125}
	for name, f := range map[string]func() (float64, error){
		"no error":          func() (float64, error) { return CorruptionError(handErrors, zero, "fog") },
		"no error, mean":    func() (float64, error) { return MeanCorruptionError(handErrors, zero, []string{"snow", "fog"}) },
		"no harm":           func() (float64, error) { return RelativeCorruptionError(handErrors, harmless, "fog") },
		"gets better":       func() (float64, error) { return RelativeCorruptionError(handErrors, harmless, "snow") },
		"beside missing":    func() (float64, error) { return MeanCorruptionError(handErrors, zero, []string{"rain", "fog"}) },
		"no harm at all":    func() (float64, error) { return RelativeCorruptionError(handErrors, zero, "fog") },
		"relative, in mean": func() (float64, error) { return RelativeMeanCorruptionError(handErrors, harmless, []string{"fog"}) },
	} {
		if v, err := f(); !errors.Is(err, ErrReference) || !math.IsNaN(v) {
			t.Errorf("%s: %g, %v", name, v, err)
		}
	}
	for name, f := range map[string]func() (float64, error){
		"nothing": func() (float64, error) { return MeanError(handErrors, nil) },
		"twice":   func() (float64, error) { return MeanError(handErrors, []string{"fog", "snow", "fog"}) },
		"percents": func() (float64, error) {
			return MeanCorruptionError(Errors{"fog": 23.9}, handReference, []string{"fog"})
		},
	} {
		if v, err := f(); err == nil || !math.IsNaN(v) || errors.As(err, new(*MissingError)) {
			t.Errorf("%s: %g, %v", name, v, err)
		}
	}
}

func TestRobustnessScore(t *testing.T) {
	near(t, "R", RobustnessScore(.8, .6), .75, 1e-15)
	near(t, "R above 1", RobustnessScore(.5, .75), 1.5, 0)
	for _, v := range [][2]float64{{0, 0}, {0, .5}, {math.NaN(), .5}, {.5, math.NaN()}} {
		if r := RobustnessScore(v[0], v[1]); !math.IsNaN(r) {
			t.Errorf("R(%v) = %g, want NaN", v, r)
		}
	}
}

// RobustBench's accuracies of torchvision's ResNet-50 (Standard_R50 of unaggregated_results.csv), for which it publishes
// an mCE of 76.38 % and a mean accuracy of 39.48 %, and those of AlexNet in the same file.
var (
	resNet50 = map[string][5]float64{
		"shot_noise":        {.5828, .4486, .2856, .1026, .0352},
		"motion_blur":       {.636, .5342, .3754, .2158, .1452},
		"snow":              {.5468, .312, .3494, .2344, .165},
		"pixelate":          {.638, .6434, .4598, .293, .2088},
		"gaussian_noise":    {.602, .4878, .3124, .1422, .0288},
		"defocus_blur":      {.5914, .5154, .3808, .2752, .1824},
		"brightness":        {.736, .7222, .6958, .6496, .5886},
		"fog":               {.6092, .56, .4674, .4024, .236},
		"zoom_blur":         {.5258, .4302, .356, .2844, .2194},
		"frost":             {.6106, .4366, .3064, .2864, .2258},
		"glass_blur":        {.5362, .3974, .1708, .1306, .1034},
		"impulse_noise":     {.4854, .3862, .2904, .113, .0244},
		"contrast":          {.6428, .5824, .466, .2098, .0542},
		"jpeg_compression":  {.6644, .6234, .6004, .4786, .3254},
		"elastic_transform": {.6684, .4514, .5456, .4122, .1702},
	}
	alexNet = map[string][5]float64{
		"shot_noise":        {.2944, .1598, .0726, .0196, .012},
		"motion_blur":       {.4174, .295, .1794, .1022, .0698},
		"snow":              {.2788, .114, .132, .085, .0502},
		"pixelate":          {.4754, .4502, .267, .1288, .0858},
		"gaussian_noise":    {.311, .1814, .0724, .0214, .0058},
		"defocus_blur":      {.3404, .262, .1502, .085, .0522},
		"brightness":        {.5504, .514, .464, .3886, .2906},
		"fog":               {.3154, .2324, .157, .1214, .0556},
		"zoom_blur":         {.3028, .2308, .1936, .163, .1312},
		"frost":             {.3788, .1976, .1052, .0994, .0616},
		"glass_blur":        {.3486, .2412, .1126, .08, .0636},
		"impulse_noise":     {.2234, .1154, .0556, .014, .0054},
		"contrast":          {.3496, .2334, .1094, .0266, .0094},
		"jpeg_compression":  {.4858, .4522, .4228, .3488, .2564},
		"elastic_transform": {.471, .3022, .44, .3568, .1898},
	}
)

func ratesOf(clean float64, accuracies map[string][5]float64) Rates {
	r := Rates{{Corruption: Clean}: 1 - clean}
	for name, of := range accuracies {
		for i, a := range of {
			r[Cell{name, i + 1}] = 1 - a
		}
	}
	return r
}

func TestPublishedResNet50(t *testing.T) {
	var names []string
	for _, c := range corrupt.In(corrupt.ImageNetC) {
		names = append(names, c.Name)
	}
	e, err := ratesOf(.7672, resNet50).Errors(names, 1, 2, 3, 4, 5)
	if err != nil {
		t.Fatal(err)
	}
	reference, err := ratesOf(.5624, alexNet).Errors(names, 1, 2, 3, 4, 5)
	if err != nil {
		t.Fatal(err)
	}
	published := AlexNetRobustBench()
	for name, v := range reference {
		near(t, "AlexNet, "+name, published[name], v, 1e-12)
	}
	if len(published) != len(reference) {
		t.Errorf("AlexNet has %d entries, want %d", len(published), len(reference))
	}
	for _, test := range []struct {
		name      string
		reference Errors
		want      float64 // percent, as published to two decimals
	}{{"RobustBench", published, 76.38}, {"Hendrycks", AlexNet(), 76.37}} {
		mce, err := MeanCorruptionError(e, test.reference, names)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "mCE by "+test.name, 100*mce, test.want, .005)
		self, err := MeanCorruptionError(test.reference, test.reference, names)
		if err != nil || self != 1 {
			t.Errorf("mCE of AlexNet by %s: %g, %v", test.name, self, err)
		}
		if relative, err := RelativeMeanCorruptionError(test.reference, test.reference, names); err != nil || relative != 1 {
			t.Errorf("relative mCE of AlexNet by %s: %g, %v", test.name, relative, err)
		}
	}
	mean, err := MeanError(e, names)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mean error", 100*mean, 60.52, .005)
}

// TestAlexNet holds the published column against its mean and one corruption by severity, which were published too, and
// its names against those of the corruptions here.
func TestAlexNet(t *testing.T) {
	a := AlexNet()
	near(t, "gaussian_noise", a["gaussian_noise"], Mean([]float64{.69528, .82542, .93554, .98138, .99452}), 1e-12)
	var names []string
	for _, c := range corrupt.In(corrupt.ImageNetC) {
		names = append(names, c.Name)
	}
	mean, err := MeanError(a, names)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mean", mean, .788993, 5e-7)
	for _, reference := range []Errors{a, AlexNetRobustBench()} {
		got := slices.Sorted(maps.Keys(reference))
		if want := slices.Sorted(slices.Values(append(slices.Clone(names), Clean))); !slices.Equal(got, want) {
			t.Errorf("names %v, want %v", got, want)
		}
	}
	a["fog"] = 0
	if AlexNet()["fog"] == 0 {
		t.Error("AlexNet returns a map that others share")
	}
}

func with(r Rates, c Cell, rate float64) Rates {
	r = maps.Clone(r)
	r[c] = rate
	return r
}

func without(r Rates, c Cell) Rates {
	r = maps.Clone(r)
	delete(r, c)
	return r
}

func wantMissing(t *testing.T, err error, names ...string) {
	t.Helper()
	var m *MissingError
	if !errors.As(err, &m) || !slices.Equal(m.Names, names) {
		t.Errorf("error %v, want one for %q", err, names)
	}
}
