fn work(group: u32, layer: u32, t: u32, images: u32) {
  let c = group * THREADS + t;
  if (c >= p.channels) { return; }
  var sums = vec2f();
  for (var part = 0u; part < p.parts; part++) {
    let at = 2 * (part * p.channels + c);
    sums += vec2f(load_partial(at), load_partial(at + 1));
  }
  store_dshift(c, sums.x);
  store_dscale(c, sums.y * load_saved(p.channels + c));
}
