// leads reports whether an element is the first of its window with the value.
fn leads(plane: u32, v: Window, at: vec2u, value: f32) -> bool {
  for (var h = v.top; h <= i32(at.x); h++) {
    for (var w = v.left; w < v.right; w++) {
      if (h == i32(at.x) && w == i32(at.y)) { return true; }
      if (load_x(plane + u32(h) * p.w + u32(w)) == value) { return false; }
    }
  }
  return true;
}

// One thread an element of the input, which takes the gradient of every window that it leads.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  let i = group * THREADS + t;
  if (i >= images * p.c * p.h * p.w) { return; }
  let at = vec2u(i / p.w % p.h, i % p.w);
  let channel = i / (p.h * p.w);
  let value = load_x(i);
  let rows = covering(at.x, p.pad_top, p.kernel_h, p.stride_h, p.oh);
  let columns = covering(at.y, p.pad_left, p.kernel_w, p.stride_w, p.ow);
  var sum = 0.0;
  for (var oh = rows.x; oh < rows.y; oh++) {
    for (var ow = columns.x; ow < columns.y; ow++) {
      let o = (channel * p.oh + oh) * p.ow + ow;
      if (load_y(o) == value && leads(channel * p.h * p.w, window(oh, ow), at, value)) { sum += load_dy(o); }
    }
  }
  store_dx(i, sum);
}
