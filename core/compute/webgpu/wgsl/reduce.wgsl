var<workgroup> parts: array<vec2f, THREADS>;

// total is the sum of v over the threads of a workgroup, by halves: it does not depend on the size of subgroups.
fn total(t: u32, v: vec2f) -> vec2f {
  parts[t] = v;
  for (var half = THREADS / 2; half > 0; half /= 2) {
    workgroupBarrier();
    if (t < half) { parts[t] += parts[t + half]; }
  }
  workgroupBarrier();
  return parts[0];
}
