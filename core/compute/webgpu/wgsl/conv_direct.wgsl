// weight is that of a row at a place of the depth.
fn weight(layer: u32, row: u32, here: Depth) -> f32 {
  return load_weight(layer * p.w_group + row * p.w_row + here.channel * p.w_channel
    + p.w_first + here.tap / COLUMNS * p.w_tap_row + here.tap % COLUMNS * p.w_tap_column);
}

// One thread makes four pixels of one channel: for groups of so few channels that a tile would be mostly empty.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  let id = group * THREADS + t;
  let vectors = (images * p.plane + 3) / 4;
  let channel = id / vectors;
  if (channel >= p.channels) { return; }
  let v = id % vectors;
  let at = pixels(select(v, 4 * v, ADJACENT), select(vectors, 1, ADJACENT), images);
  let origin = sources(at, channel / p.rows);
  var here = Depth();
  var open = opens(origin, here, vec4<bool>());
  var sum = vec4f();
  for (var q = 0u; q < p.depth; q += STEP) {
    let value = select(vec4f(), source(origin, here, 0), inside(origin, open, here, 0));
    sum += weight(channel / p.rows, channel % p.rows, here) * value;
    here = next(here);
    open = opens(origin, here, open);
  }
  write(at, channel / p.rows, channel % p.rows, sum);
}
