// One thread an element of y that something goes to: the sum of the products that go there, over the dimensions that
// y repeats (inner) and, where y is one tensor for all images, over these.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  let i = group * THREADS + t;
  let outputs = select(images, 1u, p.y_image == 0) * p.outer;
  if (i >= outputs) { return; }
  let image = i / p.outer * vec3u(p.y_image, p.a_image, p.b_image);
  let at = outer(i % p.outer) + image;
  var sum = 0.0;
  for (var n = 0u; n < select(1u, images, p.y_image == 0); n++) {
    for (var k = 0u; k < p.inner; k++) {
      let e = at + n * vec3u(0, p.a_image, p.b_image) + inner(k);
      sum += load_a(e.y) * load_b(e.z);
    }
  }
  store_y(at.x, sum);
}
