package scalar

import (
	"fmt"
	"math"
)

// Function is a function of one number. The zero value is Sigmoid.
type Function struct {
	Kind  Kind
	Alpha float32 // the parameter of Elu and Power
}

// Kind is the kind of a Function.
type Kind int

const (
	Sigmoid   Kind = iota // 1/(1+exp(-x))
	Silu                  // x·sigmoid(x), also called Swish (Ramachandran et al. 2017)
	HardSwish             // x·min(max(x+3, 0), 6)/6 (Howard et al. 2019)
	Gelu                  // x·Φ(x) with the normal distribution's Φ (Hendrycks and Gimpel 2016)
	Erf                   // the error function
	Tanh                  // the hyperbolic tangent
	Softplus              // log(1+exp(x))
	Elu                   // x where x > 0, Alpha·(exp(x)-1) elsewhere (Clevert et al. 2015)
	Exp                   // e to the x
	Log                   // the natural logarithm
	Sqrt                  // the square root
	Power                 // x to the Alpha
	Abs                   // |x|
	Round                 // the nearest whole number, halves to the even one
	kinds
)

var names = [kinds]string{
	"Sigmoid", "Silu", "HardSwish", "Gelu", "Erf", "Tanh", "Softplus", "Elu", "Exp", "Log", "Sqrt", "Power", "Abs",
	"Round",
}

// String returns the function's name, such as "Elu".
func (k Kind) String() string {
	if k < 0 || k >= kinds {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return names[k]
}

// Kinds returns all kinds of functions, in the order of their constants.
func Kinds() []Kind {
	all := make([]Kind, kinds)
	for i := range all {
		all[i] = Kind(i)
	}
	return all
}

// Check returns an error unless the function is a known one with a finite parameter.
func (f Function) Check() error {
	switch a := float64(f.Alpha); {
	case f.Kind < 0 || f.Kind >= kinds:
		return fmt.Errorf("function is %v, want one of %v", f.Kind, names)
	case math.IsNaN(a) || math.IsInf(a, 0):
		return fmt.Errorf("parameter of %v is %v, want a finite number", f.Kind, a)
	}
	return nil
}

// At returns the value at x.
func (f Function) At(x float64) float64 {
	switch f.Kind {
	case Sigmoid:
		return sigmoid(x)
	case Silu:
		return x * sigmoid(x)
	case HardSwish:
		return x * min(max(x+3, 0), 6) / 6
	case Gelu:
		return x * normal(x)
	case Erf:
		return math.Erf(x)
	case Tanh:
		return math.Tanh(x)
	case Softplus:
		return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
	case Elu:
		if x > 0 {
			return x
		}
		return float64(f.Alpha) * math.Expm1(x)
	case Exp:
		return math.Exp(x)
	case Log:
		return math.Log(x)
	case Sqrt:
		return math.Sqrt(x)
	case Power:
		return math.Pow(x, float64(f.Alpha))
	case Round:
		return math.RoundToEven(x)
	}
	return math.Abs(x)
}

// Slope returns the derivative at x. At a kink it is the one from the left. That of Round is 1, as if it were not there (the
// straight-through estimator of Bengio, Léonard and Courville 2013, arXiv:1308.3432): its own is 0 almost everywhere.
func (f Function) Slope(x float64) float64 {
	switch f.Kind {
	case Sigmoid:
		s := sigmoid(x)
		return s * (1 - s)
	case Silu:
		s := sigmoid(x)
		return s + x*s*(1-s)
	case HardSwish:
		switch {
		case x <= -3:
			return 0
		case x > 3:
			return 1
		}
		return x/3 + 0.5
	case Gelu:
		return normal(x) + x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi)
	case Erf:
		return 2 / math.Sqrt(math.Pi) * math.Exp(-x*x)
	case Tanh:
		t := math.Tanh(x)
		return 1 - t*t
	case Softplus:
		return sigmoid(x)
	case Elu:
		if x > 0 {
			return 1
		}
		return float64(f.Alpha) * math.Exp(x)
	case Exp:
		return math.Exp(x)
	case Log:
		return 1 / x
	case Sqrt:
		return 0.5 / math.Sqrt(x)
	case Power:
		a := float64(f.Alpha)
		if a == 0 {
			return 0
		}
		return a * math.Pow(x, a-1)
	case Round:
		return 1
	}
	if x > 0 {
		return 1
	}
	return -1
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// normal is the distribution function of the normal distribution.
func normal(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }
