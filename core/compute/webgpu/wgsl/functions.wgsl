fn sigmoid(x: f32) -> f32 { return 1 / (1 + exp(-x)); }

// hyperbolic is the hyperbolic tangent: near 0, where the closed form cancels, by its Taylor polynomial.
fn hyperbolic(x: f32) -> f32 {
  let s = x * x;
  let near = x + x * s * (-1.0 / 3 + s * (2.0 / 15 - s * (17.0 / 315)));
  return select(1 - 2 / (exp(2 * min(x, 40.0)) + 1), near, abs(x) < 0.15);
}

// complement is 1 - erf(x) for x ≥ 0 with an absolute error of 1.5e-7 (Abramowitz and Stegun, Handbook of Mathematical
// Functions, 7.1.26).
fn complement(x: f32) -> f32 {
  let t = 1 / (1 + 0.3275911 * x);
  return exp(-x * x) * t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
}

// error is the error function: near 0 by its Taylor polynomial, whose relative error is small there.
fn error(x: f32) -> f32 {
  let s = x * x;
  let near = 1.1283792 * x * (1 + s * (-1.0 / 3 + s * (1.0 / 10 + s * (-1.0 / 42 + s * (1.0 / 216)))));
  return select(sign(x) * (1 - complement(abs(x))), near, abs(x) < 0.4);
}

// normal is the distribution function of the normal distribution.
fn normal(x: f32) -> f32 {
  let tail = 0.5 * complement(abs(x) * 0.70710678);
  return select(1 - tail, tail, x < 0);
}

// power is x to the a, for an a that is a whole number also where x is negative.
fn power(x: f32, a: f32) -> f32 {
  let size = pow(abs(x), a);
  if (x >= 0) { return size; }
  if (a != floor(a)) { return sqrt(x); } // not a number
  return select(size, -size, abs(a) % 2 == 1);
}
