// One thread a channel makes the batch's statistics of the sums, and moves the running ones.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  let c = group * THREADS + t;
  if (c >= p.channels) { return; }
  var sums = vec2f();
  for (var part = 0u; part < p.parts; part++) {
    let at = 2 * (part * p.channels + c);
    sums += vec2f(load_partial(at), load_partial(at + 1));
  }
  let count = f32(images * p.plane);
  sums /= count;
  let variance = max(sums.y - sums.x * sums.x, 0.0);
  let mean = load_x(c * p.plane) + sums.x;
  store_saved(c, mean);
  store_saved(p.channels + c, 1 / sqrt(variance + p.epsilon));
  store_mean(c, p.momentum * load_mean(c) + (1 - p.momentum) * mean);
  store_variance(c, p.momentum * load_variance(c) + (1 - p.momentum) * variance * count / max(count - 1, 1));
}
