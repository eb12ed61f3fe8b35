// logarithm is log(1 + u) for u ≥ 0: near 0, where the sum cancels, by its Taylor polynomial.
fn logarithm(u: f32) -> f32 {
  let near = u * (1 - u * (1.0 / 2 - u * (1.0 / 3 - u * (1.0 / 4 - u * (1.0 / 5 - u / 6)))));
  return select(log(1 + u), near, u < 0.1);
}

// finite is false for infinities and NaN: by their bits, for comparisons and functions may take it that there are none.
fn finite(v: f32) -> bool { return (bitcast<u32>(v) & 0x7f800000u) != 0x7f800000u; }

// One workgroup an image. All is relative to the larger of the rival and the label.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  if (group >= images) { return; }
  let first = group * p.classes;
  let label = label_of(group, t);
  let z = load_logits(first + label);
  let r = rival(first, label, t);
  let rest = others(first, label, r, t);
  let top = max(r.logit, z);
  let wrong = rest * exp(r.logit - top);
  let sum = wrong + exp(z - top);
  let each = p.smoothing / f32(p.classes);
  let kept = 1 - p.smoothing;
  var sums = vec2f(); // of what each class's target adds to the loss of the label, and of those that have no finite logit
  for (var k = t; k < p.classes; k += THREADS) {
    let v = load_logits(first + k);
    let y = share(group, k, label);
    let most = k == label && y > 0.5; // of the 1: then what is lacking is subtracted, which may be far below its precision
    let d = select(exp(v - top) / sum - each - kept * y, p.smoothing - each - wrong / sum - kept * (y - 1), most);
    sums += select(vec2f(0, 1), vec2f((each + kept * y) * (z - v), 0), finite(v));
    store_dlogits(first + k, d);
  }
  workgroupBarrier(); // before another sum
  sums = total(t, sums);
  if (t == 0) {
    let small = logarithm(wrong); // the label is the top, and its own share of the sum 1
    let loss = select(log(sum) + top - z, small, z == top) + sums.x;
    let nan = bitcast<f32>(0x7fc00000u | p.classes); // not a constant, which may not be one
    store_value(2 * group, select(loss, nan, sums.y > 0));
    store_value(2 * group + 1, select(1.0, 0.0, named(r, label, z)));
  }
}
