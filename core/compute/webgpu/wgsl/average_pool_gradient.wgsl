fn work(group: u32, layer: u32, t: u32, images: u32) {
  let i = group * THREADS + t;
  if (i >= images * p.c * p.h * p.w) { return; }
  let channel = i / (p.h * p.w);
  let rows = covering(i / p.w % p.h, p.pad_top, p.kernel_h, p.stride_h, p.oh);
  let columns = covering(i % p.w, p.pad_left, p.kernel_w, p.stride_w, p.ow);
  var sum = 0.0;
  for (var oh = rows.x; oh < rows.y; oh++) {
    for (var ow = columns.x; ow < columns.y; ow++) {
      sum += load_dy((channel * p.oh + oh) * p.ow + ow) / divisor(oh, ow);
    }
  }
  store_dx(i, sum);
}
