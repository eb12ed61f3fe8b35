// statistics returns the mean of a row and 1/sqrt(variance + epsilon), to all threads of a workgroup. Sums are taken
// about the first element, so that a large mean costs no precision.
fn statistics(first: u32, t: u32) -> vec2f {
  let origin = load_x(first);
  var sums = vec2f();
  for (var i = t; i < p.size; i += THREADS) {
    let v = load_x(first + i) - origin;
    sums += vec2f(v, v * v);
  }
  sums = total(t, sums) / f32(p.size);
  workgroupBarrier(); // before another sum
  return vec2f(origin + sums.x, 1 / sqrt(max(sums.y - sums.x * sums.x, 0.0) + p.epsilon));
}
