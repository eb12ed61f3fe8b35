// One workgroup an image evaluates an iterate by its logits and its distance. adam_step counts it as evaluated.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  if (group >= images) { return; }
  let first = group * p.classes;
  let task = load_task(group);
  let s = load_state(2 * group);
  storageBarrier(); // all have read the state
  let label = u32(task.x);
  let z = load_logits(first + label);
  let r = rival(first, label, t);
  for (var k = t; k < p.classes; k += THREADS) {
    store_dlogits(first + k, task.y * (select(0.0, 1.0, k == r.label) - select(0.0, 1.0, k == label)));
  }
  if (!moving(s, task)) { return; }
  let row = u32(s.x) * images + group;
  for (var k = t; k < p.classes; k += THREADS) { store_trace(row * p.classes + k, load_logits(first + k)); }
  let excess = task.y * (r.logit - z) - p.confidence;
  let satisfied = excess >= 0 && named(r, label, z) == (task.y > 0);
  let squared = load_distances(row);
  let better = satisfied && (s.w == 0 || squared < s.z);
  if (better) {
    for (var i = t; i < p.elements; i += THREADS) { store_best(group * p.elements + i, load_x(group * p.elements + i)); }
  }
  if (t == 0) {
    store_state(2 * group, vec4f(s.x, s.y, select(s.z, squared, better), select(s.w, s.x + 1, better)));
    let bias = load_state(2 * group + 1);
    store_state(2 * group + 1, vec4f(bias.xy, select(0.0, 1.0, excess < 0), 0));
  }
}
