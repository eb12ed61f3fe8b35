// One workgroup a row. With g = dy·scale: dx = inverse·(g - Σg/n - (x - mean)·inverse²·Σg(x - mean)/n).
fn work(group: u32, layer: u32, t: u32, images: u32) {
  if (group >= images * p.rows) { return; }
  let first = group * p.size;
  let s = statistics(first, t);
  var sums = vec2f();
  for (var i = t; i < p.size; i += THREADS) {
    let g = load_dy(first + i) * load_scale(i);
    sums += vec2f(g, g * (load_x(first + i) - s.x));
  }
  sums = total(t, sums) / f32(p.size);
  for (var i = t; i < p.size; i += THREADS) {
    let g = load_dy(first + i) * load_scale(i);
    store_dx(first + i, s.y * (g - sums.x - (load_x(first + i) - s.x) * s.y * s.y * sums.y));
  }
}
