// One workgroup a row.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  if (group >= images * p.rows) { return; }
  let first = group * p.size;
  let s = statistics(first, t);
  for (var i = t; i < p.size; i += THREADS) {
    store_y(first + i, (load_x(first + i) - s.x) * s.y * load_scale(i) + load_shift(i));
  }
}
