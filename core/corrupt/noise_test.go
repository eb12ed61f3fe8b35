package corrupt

import (
	"math"
	"testing"

	"steady/core/corrupt/internal/imagetest"
)

// Clipping moves the moments of noise: these are a normal distribution's after clipping to [0,1], by summation.
func clippedNormal(mean, sigma float64) (m, variance float64) {
	const steps = 20000
	var square float64
	for i := range steps {
		z := -8 + 16*(float64(i)+.5)/steps
		p := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) * 16 / steps
		v := min(max(mean+sigma*z, 0), 1)
		m += p * v
		square += p * v * v
	}
	return m, square - m*m
}

func TestGaussianNoise(t *testing.T) {
	for _, profile := range []Profile{ImageNet, CIFAR} {
		for severity := 1; severity <= 5; severity++ {
			sigma := map[Profile][5]float64{
				ImageNet: {.08, .12, .18, .26, .38}, CIFAR: {.04, .06, .08, .09, .10},
			}[profile][severity-1]
			for _, v := range []float32{.1, .5, 1} {
				m := imagetest.Flat(224, 224, v)
				apply(t, "gaussian_noise", m, Options{Severity: severity, Profile: profile, Seed: 7})
				wantMean, wantVariance := clippedNormal(float64(v), sigma)
				checkMoments(t, "gaussian_noise", m.Pix, wantMean, wantVariance)
			}
			// Channels and neighbors must not go together.
			m := imagetest.Flat(224, 224, .5)
			apply(t, "gaussian_noise", m, Options{Severity: severity, Profile: profile})
			checkIndependent(t, "channels", m.Plane(0), m.Plane(1))
			checkIndependent(t, "neighbors", m.Plane(2)[1:], m.Plane(2))
		}
	}
}

func TestShotNoise(t *testing.T) {
	for _, profile := range []Profile{ImageNet, CIFAR} {
		for severity := 1; severity <= 5; severity++ {
			white := map[Profile][5]float64{
				ImageNet: {60, 25, 12, 5, 3}, CIFAR: {500, 250, 100, 75, 50},
			}[profile][severity-1]
			for _, v := range []float32{0, .1, 77. / 255, .4321, .97} {
				m := imagetest.Flat(224, 224, v)
				apply(t, "shot_noise", m, Options{Severity: severity, Profile: profile, Seed: 3})
				mean, square, p := 0., 0., math.Exp(-white*float64(v))
				for k := 0.; k < 1000; k++ {
					x := min(k/white, 1)
					mean += p * x
					square += p * x * x
					p *= white * float64(v) / (k + 1)
				}
				checkMoments(t, "shot_noise", m.Pix, mean, square-mean*mean)
				for _, x := range m.Pix {
					if quanta := float64(x) * white; math.Abs(quanta-math.Round(quanta)) > 1e-3 && x < 1 {
						t.Fatalf("severity %d: %g is not a whole number of quanta", severity, quanta)
					}
				}
			}
		}
	}
}

// checkMoments allows three and a half standard errors: there are hundreds of comparisons.
func checkMoments(t *testing.T, what string, pix []float32, wantMean, wantVariance float64) {
	t.Helper()
	mean, variance, fourth := imagetest.Moments(pix)
	n := float64(len(pix))
	if math.Abs(mean-wantMean) > 3.5*math.Sqrt(wantVariance/n)+1e-6 {
		t.Errorf("%s: mean %.5f, want %.5f", what, mean, wantMean)
	}
	if math.Abs(variance-wantVariance) > 3.5*math.Sqrt(max(fourth-variance*variance, 0)/n)+1e-6 {
		t.Errorf("%s: variance %.6f, want %.6f", what, variance, wantVariance)
	}
}

func checkIndependent(t *testing.T, what string, a, b []float32) {
	t.Helper()
	meanA, varianceA, _ := imagetest.Moments(a)
	meanB, varianceB, _ := imagetest.Moments(b)
	sum := 0.
	for i, v := range a {
		sum += (float64(v) - meanA) * (float64(b[i]) - meanB)
	}
	if r := sum / math.Sqrt(varianceA*varianceB) / float64(len(a)); math.Abs(r) > 3.5/math.Sqrt(float64(len(a))) {
		t.Errorf("correlation of %s is %.5f", what, r)
	}
}

func TestImpulseNoise(t *testing.T) {
	amounts := map[Profile][5]float64{ImageNet: {.03, .06, .09, .17, .27}, CIFAR: {.01, .02, .03, .05, .07}}
	every(func(o Options) {
		amount := amounts[o.Profile][o.Severity-1]
		m := corrupted(t, impulseNoise, imagetest.Flat(224, 224, .25), o)
		planes := [3][]float32{}
		for c := range planes {
			planes[c] = make([]float32, 224*224)
			for i, v := range m.Plane(c) {
				switch v {
				case 0:
					planes[c][i] = -1
				case 1:
					planes[c][i] = 1
				case .25:
				default:
					t.Fatalf("%g is neither what it was nor 0 or 1", v)
				}
			}
			checkMoments(t, "impulse_noise", planes[c], 0, amount)
		}
		checkIndependent(t, "channels", planes[0], planes[1])
		checkIndependent(t, "neighbors", planes[2][1:], planes[2])
	})
}

func TestSpeckleNoise(t *testing.T) {
	sigmas := map[Profile][5]float64{ImageNet: {.15, .20, .35, .45, .60}, CIFAR: {.06, .10, .12, .16, .20}}
	every(func(o Options) {
		for _, v := range []float32{0, .1, .5, 1} {
			m := corrupted(t, speckleNoise, imagetest.Flat(224, 224, v), o)
			mean, variance := clippedNormal(float64(v), float64(v)*sigmas[o.Profile][o.Severity-1])
			for c := range 3 {
				checkMoments(t, "speckle_noise", m.Plane(c), mean, variance)
			}
		}
	})
}
