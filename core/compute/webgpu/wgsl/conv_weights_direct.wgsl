// A workgroup makes one element of the gradient: for groups of so few channels that a tile would be mostly empty.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  if (group >= p.size) { return; }
  let channel = group / p.depth;
  let element = taps(group % p.depth, channel / p.rows);
  let end = images * p.plane;
  var sum = 0.0;
  for (var at = pixel(t); at.n < end; at = stride(at)) {
    let value = select(vec4f(), source(at, element), inside(at, end, element));
    sum += gradient(at, channel / p.rows, channel % p.rows).x * value.x;
  }
  let all = total(t, vec2f(sum, 0)).x;
  if (t == 0) { store_sums(group, all); }
}
