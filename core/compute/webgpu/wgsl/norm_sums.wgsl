// Workgroup (channel, part) sums the differences from the channel's first element, and their squares, over its part
// of the batch: about one of the values a large mean costs no precision.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  let channel = group % p.channels;
  let part = group / p.channels;
  let all = images * p.plane;
  let share = (all + p.parts - 1) / p.parts;
  let origin = load_x(channel * p.plane);
  var sums = vec2f();
  for (var i = part * share + t; i < min((part + 1) * share, all); i += THREADS) {
    let v = load_x((i / p.plane * p.channels + channel) * p.plane + i % p.plane) - origin;
    sums += vec2f(v, v * v);
  }
  sums = total(t, sums);
  if (t == 0) {
    store_partial(2 * group, sums.x);
    store_partial(2 * group + 1, sums.y);
  }
}
