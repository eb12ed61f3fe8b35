fn work(group: u32, layer: u32, t: u32, images: u32) {
  let i = group * THREADS + t;
  if (i < images * p.size) { store_dx(i, load_dy(i) * slope(load_x(i))); }
}
