// label_of is the class of an image's largest target, for all threads of its workgroup: the first of equals.
fn label_of(group: u32, t: u32) -> u32 {
  var best = Rival(p.classes, 0);
  for (var k = t; k < p.classes; k += THREADS) {
    best = leader(best, Rival(k, load_targets(group * p.classes + k)));
  }
  let label = foremost(t, best).label;
  workgroupBarrier(); // before another one is looked for
  return label;
}

// share is the target of a class before smoothing.
fn share(group: u32, k: u32, label: u32) -> f32 { return load_targets(group * p.classes + k); }
