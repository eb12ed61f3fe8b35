// One workgroup an image.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  if (group >= images) { return; }
  let first = group * p.classes;
  let label = u32(load_labels(group));
  let r = rival(first, label, t);
  for (var k = t; k < p.classes; k += THREADS) {
    store_seed(first + k, select(0.0, 1.0, k == r.label) - select(0.0, 1.0, k == label));
  }
  if (t == 0) { store_value(group, r.logit - load_logits(first + label)); }
}
