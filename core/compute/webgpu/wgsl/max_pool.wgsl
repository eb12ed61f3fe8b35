fn work(group: u32, layer: u32, t: u32, images: u32) {
  let i = group * THREADS + t;
  if (i >= images * p.c * p.oh * p.ow) { return; }
  let v = window(i / p.ow % p.oh, i % p.ow);
  let plane = i / (p.oh * p.ow) * p.h * p.w;
  var best = load_x(plane + u32(v.top) * p.w + u32(v.left));
  for (var h = v.top; h < v.bottom; h++) {
    for (var w = v.left; w < v.right; w++) { best = max(best, load_x(plane + u32(h) * p.w + u32(w))); }
  }
  store_y(i, best);
}
