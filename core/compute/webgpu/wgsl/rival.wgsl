// Rival is the largest logit of a row but that of one class, the first of equals.
struct Rival { label: u32, logit: f32 }

var<workgroup> leading: array<Rival, THREADS>;

// rival finds it among the logits from first on, for all threads of a workgroup.
fn rival(first: u32, label: u32, t: u32) -> Rival {
  var best = Rival(p.classes, 0);
  for (var k = t; k < p.classes; k += THREADS) {
    if (k != label) { best = leader(best, Rival(k, load_logits(first + k))); }
  }
  return foremost(t, best);
}

// foremost is the leader of those of all threads of a workgroup, for all of them.
fn foremost(t: u32, best: Rival) -> Rival {
  leading[t] = best;
  for (var half = THREADS / 2; half > 0; half /= 2) {
    workgroupBarrier();
    if (t < half) { leading[t] = leader(leading[t], leading[t + half]); }
  }
  workgroupBarrier();
  return leading[0];
}

// leader is the leader of two; class p.classes is none.
fn leader(a: Rival, b: Rival) -> Rival {
  let ahead = b.logit > a.logit || (b.logit == a.logit && b.label < a.label);
  let second = a.label == p.classes || (b.label != p.classes && ahead);
  if (second) { return b; }
  return a;
}

// others is Σ exp(logit - rival) over all classes but one: relative to the rival it does not vanish, however sure the
// network is.
fn others(first: u32, label: u32, r: Rival, t: u32) -> f32 {
  var sum = 0.0;
  for (var k = t; k < p.classes; k += THREADS) {
    if (k != label) { sum += exp(load_logits(first + k) - r.logit); }
  }
  return total(t, vec2f(sum, 0)).x;
}

// named reports whether the rival is what the network names: of equals the first.
fn named(r: Rival, label: u32, logit: f32) -> bool {
  return r.logit > logit || (r.logit == logit && r.label < label);
}
