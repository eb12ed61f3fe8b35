fn work(group: u32, layer: u32, t: u32, images: u32) {
  let i = group * THREADS + t;
  if (i >= images * p.c * p.oh * p.ow) { return; }
  let oh = i / p.ow % p.oh;
  let ow = i % p.ow;
  let v = window(oh, ow);
  let plane = i / (p.oh * p.ow) * p.h * p.w;
  var sum = 0.0;
  for (var h = v.top; h < v.bottom; h++) {
    for (var w = v.left; w < v.right; w++) { sum += load_x(plane + u32(h) * p.w + u32(w)); }
  }
  store_y(i, sum / divisor(oh, ow));
}
