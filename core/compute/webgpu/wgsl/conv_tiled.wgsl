// A workgroup makes a tile of ROWS channels × PIXELS pixels of one group's output, a thread 4 × 4 of it. Both factors
// come through workgroup memory, STEP of the depth at a time, while the next ones are fetched.

const ROW_VECTORS = ROWS / 4;
const PIXEL_VECTORS = PIXELS / 4;
const PITCH = ROW_VECTORS + 1; // odd, so that threads that write a column do not meet in one bank

var<workgroup> weights: array<vec4f, STEP * PITCH>;
var<workgroup> values: array<vec4f, STEP * PIXEL_VECTORS>;

// four are the weights of four rows at one depth.
fn four(layer: u32, row: u32, q: u32) -> vec4f {
  return vec4f(weight(layer, row, q), weight(layer, row + 1, q), weight(layer, row + 2, q), weight(layer, row + 3, q));
}

fn work(group: u32, layer: u32, t: u32, images: u32) {
  let tiles = (row_count(images) + ROWS - 1) / ROWS; // neighbours work on the same pixels
  let depth = depth_count(images);
  let first = group / tiles * PIXELS;
  if (first >= column_count(images)) { return; }
  let x = t % PIXEL_VECTORS;
  let y = t / PIXEL_VECTORS;
  let at = pixels(first + 4 * x, images);
  let origin = sources(at, layer);
  let row = group % tiles * ROWS;
  let deep = t % STEP;         // depth and rows of the weights that this thread fetches;
  let high = t / STEP;         // of the values, depth y and pixels x
  let fetches = high < ROW_VECTORS;

  var fetched = vec4f();
  if (fetches) { fetched = four(layer, row + 4 * high, deep); }
  var value = source(origin, y);
  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  for (var q = 0u; q < depth; q += STEP) {
    if (fetches) { weights[deep * PITCH + high] = fetched; }
    values[y * PIXEL_VECTORS + x] = value;
    workgroupBarrier();
    if (q + STEP < depth) {
      if (fetches) { fetched = four(layer, row + 4 * high, q + STEP + deep); }
      value = source(origin, q + STEP + y);
    }
    for (var k = 0u; k < STEP; k++) {
      let a = weights[k * PITCH + y];
      let b = values[k * PIXEL_VECTORS + x];
      sum0 += a.x * b;
      sum1 += a.y * b;
      sum2 += a.z * b;
      sum3 += a.w * b;
    }
    workgroupBarrier();
  }
  write(at, layer, row + 4 * y, sum0);
  write(at, layer, row + 4 * y + 1, sum1);
  write(at, layer, row + 4 * y + 2, sum2);
  write(at, layer, row + 4 * y + 3, sum3);
}
