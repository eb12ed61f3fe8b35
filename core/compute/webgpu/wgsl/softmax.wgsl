// One thread a row along the axis.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  let i = group * THREADS + t;
  if (i >= images * p.outer * p.inner) { return; }
  let first = i / p.inner * p.axis * p.inner + i % p.inner;
  let end = first + p.axis * p.inner;
  var top = load_x(first);
  for (var e = first; e < end; e += p.inner) { top = max(top, load_x(e)); }
  var sum = 0.0;
  for (var e = first; e < end; e += p.inner) { sum += exp(load_x(e) - top); }
  for (var e = first; e < end; e += p.inner) { store_y(e, exp(load_x(e) - top) / sum); }
}
