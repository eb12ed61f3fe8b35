fn work(group: u32, layer: u32, t: u32, images: u32) {
  let i = group * THREADS + t;
  if (i >= images * p.outer * p.inner) { return; }
  let first = i / p.inner * p.axis * p.inner + i % p.inner;
  let end = first + p.axis * p.inner;
  var dot = 0.0;
  for (var e = first; e < end; e += p.inner) { dot += load_dy(e) * load_y(e); }
  for (var e = first; e < end; e += p.inner) { store_dx(e, load_y(e) * (load_dy(e) - dot)); }
}
