// The weights as tiles read them: for each group and each place of the depth a row for each channel that is written, four
// of which are a vector; zeros where there is no such channel or place.
fn element(layer: u32, row: u32, q: u32) -> f32 {
  let tap = select(q / p.depth_of_tap, q % p.taps, p.mixed == 1);
  let channel = select(q % p.depth_of_tap, q / p.taps, p.mixed == 1);
  let e = layer * p.w_group + row * p.w_row + channel * p.w_channel
    + p.w_first + tap / p.columns * p.w_tap_row + tap % p.columns * p.w_tap_column;
  return select(0.0, load_weight(e), row < p.rows && channel < p.depth_channels && tap < p.taps);
}

fn work(group: u32, layer: u32, t: u32, images: u32) {
  let i = group * THREADS + t;
  if (i >= p.size) { return; }
  let row = 4 * (i % p.row_vectors);
  let q = i / p.row_vectors % p.depth;
  let g = i / p.row_vectors / p.depth;
  store_arranged(i, vec4f(element(g, row, q), element(g, row + 1, q), element(g, row + 2, q), element(g, row + 3, q)));
}
