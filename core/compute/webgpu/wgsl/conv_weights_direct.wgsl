// A workgroup makes one element of the gradient: for groups of so few channels that a tile would be mostly empty.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  let element = tap(group % p.depth);
  let channel = group / p.depth;
  let row = channel % p.rows;
  let end = images * p.plane;
  var sum = 0.0;
  for (var n = t; n < end; n += THREADS) {
    let at = pixel(n, end, channel / p.rows);
    sum += gradient(at, row) * source(at, element);
  }
  let all = total(t, vec2f(sum, 0)).x;
  if (t == 0) { store_sums(group, all); }
}
