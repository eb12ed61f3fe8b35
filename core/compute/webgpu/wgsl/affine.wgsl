// The constants of WIDTH elements in a row are the same.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  let i = group * THREADS + t;
  if (i >= images * p.size) { return; }
  let e = i % p.size * WIDTH;
  let scale = load_scale(e / p.scale_inner % p.scale_count);
  let shift = load_shift(e / p.shift_inner % p.shift_count);
  store_y(i, load_x(i) * scale + shift);
}
