// One workgroup a row keeps its statistics.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  if (group >= images * p.rows) { return; }
  let s = statistics(group * p.size, t);
  if (t == 0) {
    store_kept(2 * group, s.x);
    store_kept(2 * group + 1, s.y);
  }
}
