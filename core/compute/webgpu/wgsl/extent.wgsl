// extent is the largest magnitude in an image's gradient, to all threads of a workgroup, and whether an element is not
// finite (1 or 0), which is seen by its bits: arithmetic may take for granted that there is none.
fn extent(first: u32, t: u32) -> vec2f {
  var v = vec2f();
  for (var i = t; i < p.elements; i += THREADS) {
    let g = load_gradient(first + i);
    v = max(v, vec2f(abs(g), select(0.0, 1.0, (bitcast<u32>(g) & 0x7f800000) == 0x7f800000)));
  }
  parts[t] = v;
  for (var half = THREADS / 2; half > 0; half /= 2) {
    workgroupBarrier();
    if (t < half) { parts[t] = max(parts[t], parts[t + half]); }
  }
  workgroupBarrier();
  let all = parts[0];
  workgroupBarrier(); // before another reduction
  return all;
}

// The same that core/attack adds to norms that it divides by.
const TINY = 1e-10;
