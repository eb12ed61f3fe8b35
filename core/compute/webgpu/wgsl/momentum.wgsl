// One workgroup an image. The gradient is measured in units of its largest element, so that a small one's norm does not
// vanish; a gradient of zero adds nothing. One that is not finite stays as it is, for projected_step to see.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  if (group >= images) { return; }
  let first = group * p.elements;
  let reach = extent(first, t);
  let unit = select(reach.x, 1.0, reach.x == 0);
  var sum = 0.0;
  for (var i = t; i < p.elements; i += THREADS) { sum += abs(load_gradient(first + i)) / unit; }
  let length = total(t, vec2f(sum, 0)).x + TINY;
  if (reach.y > 0) { return; }
  for (var i = first + t; i < first + p.elements; i += THREADS) {
    let v = p.momentum * load_velocity(i) + load_gradient(i) / unit / length;
    store_velocity(i, v);
    store_gradient(i, v);
  }
}
