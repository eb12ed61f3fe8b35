// A workgroup makes a tile of ROWS channels × PIXELS pixels of one group's output, a thread 8 × 4 of it. Both factors
// come through workgroup memory, STEP of the depth at a time, while the next ones are fetched. Where those are, and
// which of the pixels are open there, goes from step to step. The four pixels of a thread are neighbors where they are
// read as a vector; otherwise each is a neighbor of those of the next threads, so that these read together.

const ROW_VECTORS = ROWS / 4;
const PIXEL_VECTORS = PIXELS / 4;
const BLOCKS = ROWS / 8;       // threads, one above the other, that share pixels
const VECTORS = STEP / BLOCKS; // of the values, that each of them fetches: 1, 2 or 4
const PITCH = ROW_VECTORS + 1; // odd, so that threads that write a column do not meet in one bank

// Arrays of arrays: what WebGPU checks of an index is then the same in every step.
var<workgroup> weights: array<array<vec4f, PITCH>, STEP>;
var<workgroup> values: array<array<vec4f, PIXEL_VECTORS>, STEP>;

// put lays what was fetched out for the workgroup; only here is it looked at, so that nothing waits for it before.
fn put(origin: Sources, open: vec4<bool>, here: Depth, deep: u32, x: u32, value: vec4f) {
  values[deep][x] = select(vec4f(), value, inside(origin, open, here, deep));
}

fn work(group: u32, layer: u32, t: u32, images: u32) {
  let tiles = (row_count(images) + ROWS - 1) / ROWS; // neighbors work on the same pixels
  let depth = depth_count(images);
  let first = group / tiles * PIXELS;
  if (first >= column_count(images)) { return; }
  let x = t % PIXEL_VECTORS;
  let y = t / PIXEL_VECTORS;
  let at = pixels(first + select(x, 4 * x, ADJACENT), select(PIXEL_VECTORS, 1, ADJACENT), images);
  let row = group % tiles * ROWS;
  // Depth and rows of the weights that this thread fetches, neighbors with the next threads'; of the values, depth y and
  // pixels x.
  let deep = select(t % STEP, t / ROW_VECTORS, ROWS_FIRST == 1);
  let high = select(t / STEP, t % ROW_VECTORS, ROWS_FIRST == 1);
  let fetches = t < STEP * ROW_VECTORS;

  let origin = sources(at, layer);
  var here = Depth();
  var open = opens(origin, here, vec4<bool>());
  var fetched = vec4f();
  if (fetches) { fetched = weight(layer, row + 4 * high, here, deep); }
  var value0 = source(origin, here, y);
  var value1 = vec4f();
  var value2 = vec4f();
  var value3 = vec4f();
  if (VECTORS > 1) { value1 = source(origin, here, y + BLOCKS); }
  if (VECTORS > 2) { value2 = source(origin, here, y + 2 * BLOCKS); value3 = source(origin, here, y + 3 * BLOCKS); }
  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  var sum4 = vec4f();
  var sum5 = vec4f();
  var sum6 = vec4f();
  var sum7 = vec4f();
  for (var q = 0u; q < depth; q += STEP) {
    if (fetches) { weights[deep][high] = select(vec4f(), fetched, within(layer, here, deep)); }
    put(origin, open, here, y, x, value0);
    if (VECTORS > 1) { put(origin, open, here, y + BLOCKS, x, value1); }
    if (VECTORS > 2) { put(origin, open, here, y + 2 * BLOCKS, x, value2); put(origin, open, here, y + 3 * BLOCKS, x, value3); }
    workgroupBarrier();
    if (q + STEP < depth) {
      here = next(here);
      open = opens(origin, here, open);
      if (fetches) { fetched = weight(layer, row + 4 * high, here, deep); }
      value0 = source(origin, here, y);
      if (VECTORS > 1) { value1 = source(origin, here, y + BLOCKS); }
      if (VECTORS > 2) { value2 = source(origin, here, y + 2 * BLOCKS); value3 = source(origin, here, y + 3 * BLOCKS); }
    }
    for (var k = 0u; k < STEP; k++) {
      let a = weights[k][2 * y];
      let c = weights[k][2 * y + 1];
      let b = values[k][x];
      sum0 += a.x * b;
      sum1 += a.y * b;
      sum2 += a.z * b;
      sum3 += a.w * b;
      sum4 += c.x * b;
      sum5 += c.y * b;
      sum6 += c.z * b;
      sum7 += c.w * b;
    }
    workgroupBarrier();
  }
  let r = row + 8 * y;
  write(at, layer, r, sum0);
  write(at, layer, r + 1, sum1);
  write(at, layer, r + 2, sum2);
  write(at, layer, r + 3, sum3);
  write(at, layer, r + 4, sum4);
  write(at, layer, r + 5, sum5);
  write(at, layer, r + 6, sum6);
  write(at, layer, r + 7, sum7);
}
