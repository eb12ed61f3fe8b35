// One workgroup a constant: the sum of load_dy (times load_x) over the elements that use it.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  let repeats = p.size / (p.count * p.inner);
  var sum = 0.0;
  for (var i = t; i < images * repeats * p.inner; i += THREADS) {
    let e = (i / p.inner * p.count + group) * p.inner + i % p.inner;
    sum += load_dy(e) * load_x(e);
  }
  let all = total(t, vec2f(sum, 0)).x;
  if (t == 0) { store_sum(group, all); }
}
