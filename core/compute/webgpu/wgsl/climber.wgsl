// walks tells whether an image is still on its way. Of its state s, x iterates have been judged; y is 1 once one has met
// its aim and 2 once a gradient was not finite; of its task, z steps are left.
fn walks(s: vec4f, task: vec4f) -> bool {
  return s.x <= task.z && (s.y == 0 || (s.y == 1 && p.goes_on == 1));
}
