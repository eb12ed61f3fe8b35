fn work(group: u32, layer: u32, t: u32, images: u32) {
  let i = group * THREADS + t;
  if (i >= images * p.channels * p.plane) { return; }
  let c = i / p.plane % p.channels;
  let scale = load_scale(c) * load_saved(p.channels + c);
  store_y(i, activate((load_x(i) - load_saved(c)) * scale + load_shift(c)));
}
