// dx = scale·inverse·(dy - Σdy/m - (x - mean)·inverse²·Σdy(x - mean)/m), where dshift and dscale hold the sums.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  let i = group * THREADS + t;
  if (i >= images * p.channels * p.plane) { return; }
  let c = i / p.plane % p.channels;
  let m = f32(images * p.plane * WIDTH);
  let inverse = load_saved(p.channels + c);
  let slope = inverse * load_dscale(c) / m;
  store_dx(i, load_scale(c) * inverse * (load_dy(i) - load_dshift(c) / m - (load_x(i) - load_saved(c)) * slope));
}
