// One workgroup an image. (tanh(v)+1)/2 is sigmoid(2v), which loses nothing near 0.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  if (group >= images) { return; }
  let first = group * p.elements;
  var sum = 0.0;
  for (var i = first + t; i < first + p.elements; i += THREADS) {
    let x = min(sigmoid(2 * load_variable(i)), 1.0);
    let d = x - load_origin(i);
    sum += d * d;
    store_x(i, x);
  }
  let squared = total(t, vec2f(sum, 0)).x;
  let s = load_state(2 * group);
  if (t == 0 && moving(s, load_task(group))) { store_distances(u32(s.x) * images + group, squared); }
}
