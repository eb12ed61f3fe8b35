// Slopes are limited to what can be squared. That changes nothing: where they are so large, a step does not depend on
// their size.
const LARGEST = 1e18;

// One workgroup an image takes a step.
fn work(group: u32, layer: u32, t: u32, images: u32) {
  if (group >= images) { return; }
  let first = group * p.elements;
  let task = load_task(group);
  let s = load_state(2 * group);
  let adam = load_state(2 * group + 1);
  storageBarrier(); // all have read the state
  let broken = extent(first, t).y > 0;
  if (!moving(s, task)) { return; }
  // 1 - beta^n by a recurrence: made from the power it would lose what it is made of.
  let beta = vec2f(p.beta1, p.beta2);
  let bias = beta * adam.xy + (1 - beta);
  if (t == 0) {
    store_state(2 * group, vec4f(s.x + 1, select(s.y, 2, broken), s.zw));
    store_state(2 * group + 1, vec4f(select(bias, adam.xy, broken), adam.zw));
  }
  if (broken) { return; }
  let weight = select(0.0, task.w, adam.z == 1);
  let most = LARGEST / max(weight, 1.0);
  for (var i = first + t; i < first + p.elements; i += THREADS) {
    let v = load_variable(i);
    let x = sigmoid(2 * v);
    let slope = 2 * (x - load_origin(i)) - weight * clamp(load_gradient(i), -most, most);
    let g = slope * 2 * x * sigmoid(-2 * v);
    let mean = beta.x * load_velocity(i) + (1 - beta.x) * g;
    let square = beta.y * load_square(i) + (1 - beta.y) * g * g;
    store_velocity(i, mean);
    store_square(i, square);
    store_variable(i, v - p.step * mean / bias.x / (sqrt(square / bias.y) + p.epsilon));
  }
}
