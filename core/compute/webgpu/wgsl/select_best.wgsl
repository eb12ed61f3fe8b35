// One workgroup an image evaluates an iterate by its logits.
//
// Losses are compared by the log-odds against the class, log Σ exp(other logits) - its logit: they grow with the
// cross-entropy, but do not vanish where the network is sure.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  if (group >= images) { return; }
  let first = group * p.classes;
  let task = load_task(group);
  let s = load_state(group);
  storageBarrier(); // all have read the state
  let label = u32(task.x);
  let z = load_logits(first + label);
  let r = rival(first, label, t);
  let rest = others(first, label, r, t);
  // The gradient's element at the class is minus the sum of the others, and the largest.
  for (var k = t; k < p.classes; k += THREADS) {
    store_dlogits(first + k, task.y * select(exp(load_logits(first + k) - r.logit) / rest, -1.0, k == label));
  }
  if (!moving(s, task)) { return; }
  for (var k = t; k < p.classes; k += THREADS) {
    store_trace((u32(s.x) * images + group) * p.classes + k, load_logits(first + k));
  }
  let counts = s.x > 0 || task.w == 1;
  let satisfied = counts && named(r, label, z) == (task.y > 0);
  let odds = task.y * (r.logit + log(rest) - z);
  let better = counts && (s.w == 0 || select(odds > s.z, satisfied, satisfied != (s.y == 1)));
  if (better) {
    for (var i = t; i < p.elements; i += THREADS) { store_best(group * p.elements + i, load_x(group * p.elements + i)); }
  }
  if (t == 0) {
    store_state(group, vec4f(s.x + 1, select(s.y, 1, satisfied), select(s.z, odds, better), select(s.w, s.x + 1, better)));
  }
}
