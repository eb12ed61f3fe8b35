package score

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// TestReference compares with what SciPy and statsmodels computed; testdata/reference.py wrote the file.
func TestReference(t *testing.T) {
	file, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded struct {
		Wilson []struct {
			K, N     int
			Level    float64
			Interval [2]float64
		}
		Mcnemar []struct {
			OnlyA int `json:"only_a"`
			OnlyB int `json:"only_b"`
			P     float64
		}
		Holm []struct {
			P, Adjusted []float64
		}
		Correlations []struct {
			X, Y, Z                    []float64
			Pearson, Spearman, Kendall float64
			PartialPearson             float64 `json:"partial_pearson"`
			PartialSpearman            float64 `json:"partial_spearman"`
		}
		Bootstraps []struct {
			Statistic, Method string
			Columns           [][]float64
			Level             float64
			Values            []float64
			Interval          [2]float64
			OfMany            [2]float64 `json:"of_many"`
		}
	}
	if err := json.Unmarshal(file, &recorded); err != nil {
		t.Fatal(err)
	}
	if len(recorded.Wilson) == 0 || len(recorded.Mcnemar) == 0 || len(recorded.Holm) == 0 || len(recorded.Correlations) == 0 || len(recorded.Bootstraps) == 0 {
		t.Fatal("a part of the file is empty")
	}
	for _, r := range recorded.Wilson {
		got := Wilson(r.K, r.N, r.Level)
		near(t, "Wilson, lower", got.Lower, r.Interval[0], 1e-14)
		near(t, "Wilson, upper", got.Upper, r.Interval[1], 1e-14)
	}
	for _, r := range recorded.Mcnemar {
		// Relative: what is small must be right too.
		near(t, "McNemar", Paired{OnlyA: r.OnlyA, OnlyB: r.OnlyB}.McNemar()/r.P, 1, 1e-10)
	}
	for _, r := range recorded.Holm {
		for i, p := range Holm(r.P) {
			near(t, "Holm", p, r.Adjusted[i], 1e-15)
		}
	}
	for _, r := range recorded.Correlations {
		near(t, "Pearson", Pearson(r.X, r.Y), r.Pearson, 1e-14)
		near(t, "Spearman", Spearman(r.X, r.Y), r.Spearman, 1e-14)
		near(t, "Kendall", Kendall(r.X, r.Y), r.Kendall, 1e-14)
		near(t, "partial Pearson", PartialCorrelation(Pearson(r.X, r.Y), Pearson(r.X, r.Z), Pearson(r.Y, r.Z)), r.PartialPearson, 1e-12)
		near(t, "partial Spearman", PartialCorrelation(Spearman(r.X, r.Y), Spearman(r.X, r.Z), Spearman(r.Y, r.Z)), r.PartialSpearman, 1e-12)
	}
	statistics := map[string]func([][]float64) float64{
		"mean":     func(c [][]float64) float64 { return Mean(c[0]) },
		"pearson":  func(c [][]float64) float64 { return Pearson(c[0], c[1]) },
		"spearman": func(c [][]float64) float64 { return Spearman(c[0], c[1]) },
		"kendall":  func(c [][]float64) float64 { return Kendall(c[0], c[1]) },
	}
	for _, r := range recorded.Bootstraps {
		name := r.Statistic + ", " + r.Method
		statistic := statistics[r.Statistic]
		// From the recorded values on resamples the interval is the same.
		var got Interval
		method := Percentile
		if r.Method == "BCa" {
			method = BCa
			got = bcaInterval(r.Values, withoutEach(r.Columns, statistic), statistic(r.Columns), r.Level)
		} else {
			got = percentileInterval(r.Values, r.Level)
		}
		near(t, name+", lower", got.Lower, r.Interval[0], 1e-12)
		near(t, name+", upper", got.Upper, r.Interval[1], 1e-12)
		// From resamples of our own it is about the same.
		got, err := Bootstrap(r.Columns, statistic, BootstrapOptions{Resamples: 20000, Level: r.Level, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		near(t, name+" of many, lower", got.Lower, r.OfMany[0], .02)
		near(t, name+" of many, upper", got.Upper, r.OfMany[1], .02)
	}
}

// withoutEach returns a statistic without each of the rows.
func withoutEach(columns [][]float64, statistic func([][]float64) float64) []float64 {
	left := make([]float64, len(columns[0]))
	for i := range left {
		var some [][]float64
		for _, c := range columns {
			some = append(some, append(append([]float64(nil), c[:i]...), c[i+1:]...))
		}
		left[i] = statistic(some)
	}
	return left
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %.17g, want %.17g", what, got, want)
	}
}
