// One thread an element of a row sums over the rows.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  let i = group * THREADS + t;
  if (i >= p.size) { return; }
  var sum = 0.0;
  for (var row = 0u; row < images * p.rows; row++) {
    let e = row * p.size + i;
    sum += load_dy(e) * select(1.0, (load_x(e) - load_kept(2 * row)) * load_kept(2 * row + 1), SCALE == 1);
  }
  store_sum(i, sum);
}
