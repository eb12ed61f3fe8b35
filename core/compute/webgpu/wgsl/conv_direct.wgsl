// One thread makes four pixels of one channel: for groups of so few channels that a tile would be mostly empty.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  let id = group * THREADS + t;
  let vectors = (images * p.plane + 3) / 4;
  let channel = id / vectors;
  if (channel >= p.channels) { return; }
  let at = pixels(4 * (id % vectors), images);
  let origin = sources(at, channel / p.rows);
  var sum = vec4f();
  for (var q = 0u; q < p.depth; q++) { sum += weight(channel / p.rows, channel % p.rows, q) * source(origin, q); }
  write(at, channel / p.rows, channel % p.rows, sum);
}
