// One thread makes four pixels of up to four channels, ROWS of them: where a group has so few that a tile would be mostly
// empty.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  let id = group * THREADS + t;
  let vectors = (images * p.plane + 3) / 4;
  let g = id / vectors / p.row_vectors;
  let row = 4 * (id / vectors % p.row_vectors);
  if (g >= p.groups) { return; }
  let v = id % vectors;
  let at = pixels(select(v, 4 * v, ADJACENT), select(vectors, 1, ADJACENT), images);
  let origin = sources(at, g);
  var here = Depth();
  var open = opens(origin, here, vec4<bool>());
  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  for (var q = 0u; q < p.depth; q += STEP) {
    let a = weight(g, row, here, 0);
    let b = select(vec4f(), source(origin, here, 0), inside(origin, open, here, 0));
    sum0 += a.x * b;
    if (ROWS > 1) { sum1 += a.y * b; }
    if (ROWS > 2) { sum2 += a.z * b; }
    if (ROWS > 3) { sum3 += a.w * b; }
    here = next(here);
    open = opens(origin, here, open);
  }
  write(at, g, row, sum0);
  if (ROWS > 1) { write(at, g, row + 1, sum1); }
  if (ROWS > 2) { write(at, g, row + 2, sum2); }
  if (ROWS > 3) { write(at, g, row + 3, sum3); }
}
