fn work(group: u32, layer: u32, t: u32, images: u32) {
  let i = group * THREADS + t;
  if (i >= p.size) { return; }
  let value = load_value(i);
  let g = load_gradient(i) * (1 / f32(images)) + p.decay * value;
  let v = p.momentum * load_velocity(i) + g;
  store_velocity(i, v);
  store_value(i, value - load_rate(0) * p.rate_factor * (g + p.momentum * v));
}
