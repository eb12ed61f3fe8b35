// stepped is an element of x after the step, before it is taken back; unit is what the gradient is measured in.
fn stepped(i: u32, unit: f32) -> f32 {
  let g = load_gradient(i);
  return load_x(i) + p.step * select(sign(g), g / unit, L2 == 1);
}

// One workgroup an image takes a step. A gradient of zero moves nothing.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  if (group >= images) { return; }
  let first = group * p.elements;
  let task = load_task(group);
  let s = load_state(group);
  storageBarrier(); // all have read the state
  let reach = extent(first, t); // sums of squares are taken in units of the largest element, so that none vanishes
  var unit = select(reach.x, 1.0, reach.x == 0);
  var back = 1.0;
  if (L2 == 1) {
    var sum = 0.0;
    for (var i = t; i < p.elements; i += THREADS) {
      let g = load_gradient(first + i) / unit;
      sum += g * g;
    }
    let length = sqrt(total(t, vec2f(sum, 0)).x);
    unit *= select(length, 1.0, length == 0);
    workgroupBarrier(); // before another sum
    sum = 0.0;
    for (var i = first + t; i < first + p.elements; i += THREADS) {
      let d = stepped(i, unit) - load_origin(i);
      sum += d * d;
    }
    let distance = sqrt(total(t, vec2f(sum, 0)).x);
    back = select(1.0, p.eps / (distance + TINY), distance > p.eps);
  }
  if (!moving(s, task)) { return; }
  if (reach.y > 0) {
    if (t == 0) { store_state(group, vec4f(s.x, 2, s.z, s.w)); }
    return;
  }
  for (var i = first + t; i < first + p.elements; i += THREADS) {
    let v = stepped(i, unit);
    let origin = load_origin(i);
    if (L2 == 1) {
      store_x(i, clamp(select(origin + (v - origin) * back, v, back == 1), 0.0, 1.0));
    } else {
      store_x(i, min(max(max(v, origin - p.eps), 0.0), min(origin + p.eps, 1.0)));
    }
  }
}
