// moving reports whether an image still takes steps. Of its state s, x iterates have been evaluated; y is 1 once one has
// satisfied its criterion, and 2 once a gradient was not finite; of its task, z is the number of the last iterate.
fn moving(s: vec4f, task: vec4f) -> bool {
  return s.x <= task.z && (s.y == 0 || (s.y == 1 && p.goes_on == 1));
}
