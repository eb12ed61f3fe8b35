package webgpu

import (
	"steady/core/compute"
	"steady/core/scalar"
)

// formulas are the value and the slope of each function of x, in WGSL; alpha is its parameter.
var formulas = map[scalar.Kind][2]string{
	scalar.Sigmoid:   {"sigmoid(x)", "sigmoid(x) * sigmoid(-x)"},
	scalar.Silu:      {"x * sigmoid(x)", "sigmoid(x) + x * sigmoid(x) * sigmoid(-x)"},
	scalar.HardSwish: {"x * clamp(x + 3, 0.0, 6.0) / 6", "select(select(x / 3 + 0.5, 1, x > 3), 0, x <= -3)"},
	scalar.Gelu:      {"x * normal(x)", "normal(x) + x * exp(-x * x / 2) * 0.39894228"},
	scalar.Erf:       {"error(x)", "1.1283792 * exp(-x * x)"},
	scalar.Tanh:      {"hyperbolic(x)", "1 - hyperbolic(x) * hyperbolic(x)"},
	scalar.Softplus:  {"max(x, 0.0) + select(log(1 + exp(-abs(x))), exp(-abs(x)), abs(x) > 10.0)", "sigmoid(x)"},
	scalar.Elu:       {"select(alpha * (exp(x) - 1), x, x > 0)", "select(alpha * exp(x), 1, x > 0)"},
	scalar.Exp:       {"exp(x)", "exp(x)"},
	scalar.Log:       {"log(x)", "1 / x"},
	scalar.Sqrt:      {"sqrt(x)", "0.5 / sqrt(x)"},
	scalar.Power:     {"power(x, alpha)", "alpha * power(x, alpha - 1)"},
	scalar.Abs:       {"abs(x)", "select(-1.0, 1, x > 0)"},
	scalar.Round:     {"round(x)", "1"},
}

// functionCode defines value(x) and slope(x).
func functionCode(f scalar.Function) string {
	value, slope := formulas[f.Kind][0], formulas[f.Kind][1]
	if f.Kind == scalar.Power { // the usual ones exactly
		switch f.Alpha {
		case 0:
			value, slope = "1", "0"
		case 1:
			value, slope = "x", "1"
		case 2:
			value, slope = "x * x", "2 * x"
		case 3:
			value, slope = "x * x * x", "3 * x * x"
		case 0.5:
			value, slope = "sqrt(x)", "0.5 / sqrt(x)"
		}
	}
	return "const alpha = " + literal(f.Alpha) + ";\nfn value(x: f32) -> f32 { return " + value + "; }\n" +
		"fn slope(x: f32) -> f32 { return " + slope + "; }\n"
}

// Map is described in package compute.
func (b *Backend) Map(f scalar.Function, size int, y, x compute.Buffer) compute.Kernel {
	return b.kernel(spec{
		source: "functions map", code: functionCode(f), groups: perImage(size), params: []named{{"size", size}},
		args: []arg{{name: "y", buffer: y, role: writeOnly}, {name: "x", buffer: x}},
	})
}

// MapGradient is described in package compute.
func (b *Backend) MapGradient(f scalar.Function, size int, dx, dy, x compute.Buffer, accumulate bool) compute.Kernel {
	return b.kernel(spec{
		source: "functions map_gradient", code: functionCode(f), groups: perImage(size), params: []named{{"size", size}},
		args: []arg{{name: "dx", buffer: dx, role: into(accumulate)}, {name: "dy", buffer: dy}, {name: "x", buffer: x}},
	})
}
