// Workgroup (channel, part) sums dy and dy·(x - mean) over its part of the batch.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  let channel = group % p.channels;
  let part = group / p.channels;
  let all = images * p.plane;
  let share = (all + p.parts - 1) / p.parts;
  let mean = load_saved(channel);
  var sums = vec2f();
  for (var i = part * share + t; i < min((part + 1) * share, all); i += THREADS) {
    let e = (i / p.plane * p.channels + channel) * p.plane + i % p.plane;
    let dy = load_dy(e);
    sums += vec2f(dy, dy * (load_x(e) - mean));
  }
  sums = total(t, sums);
  if (t == 0) {
    store_partial(2 * group, sums.x);
    store_partial(2 * group + 1, sums.y);
  }
}
