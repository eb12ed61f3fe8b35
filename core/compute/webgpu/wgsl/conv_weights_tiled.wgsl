// A workgroup makes a tile of ROWS rows × 64 columns (channel and tap) of one group's gradient over one shard, a thread
// 4 × 4 of it. Pixels come through workgroup memory, STEP at a time, while the next ones are fetched.

const ROW_VECTORS = ROWS / 4;
const COLUMN_VECTORS = 16u;
const VECTORS = COLUMN_VECTORS / ROW_VECTORS; // of the columns, that a thread fetches: 1, 2 or 4

// One more than is used, so that threads that write a column do not meet in one bank.
var<workgroup> gradients: array<array<vec4f, ROW_VECTORS + 1>, STEP>;
var<workgroup> values: array<array<vec4f, COLUMN_VECTORS + 1>, STEP>;

// put lays what was fetched out for the workgroup; only here is it looked at, so that nothing waits for it before.
fn put(n: u32, m: u32, at: Pixel, end: u32, s: Taps, value: vec4f) {
  values[n][m] = select(vec4f(), value, inside(at, end, s));
}

fn store(layer: u32, shard: u32, row: u32, q: u32, sum: vec4f) {
  if (row >= p.rows) { return; }
  let e = (shard * p.groups + layer) * p.rows * p.depth + row * p.depth + q;
  for (var i = 0u; i < 4; i++) {
    if (q + i < p.depth) { store_sums(e + i, sum[i]); }
  }
}

fn work(group: u32, layer: u32, t: u32, images: u32) {
  let high = (p.rows + ROWS - 1) / ROWS;
  let wide = (p.depth + 63) / 64;
  let row = group % high * ROWS;
  let column = group / high % wide * 64;
  let shard = group / (high * wide);
  let all = images * p.plane;
  let share = (all + p.shards - 1) / p.shards;
  let begin = min(shard * share, all);
  let end = min(begin + share, all);
  let n = t % STEP; // this thread fetches pixel n, rows 4·m, and of the columns vectors m, m + ROW_VECTORS, ...
  let m = t / STEP;
  let x = t % COLUMN_VECTORS; // and sums up rows 4·y and columns 4·x
  let y = t / COLUMN_VECTORS;
  let taps0 = taps(column + 4 * m, layer);
  let taps1 = taps(column + 4 * (m + ROW_VECTORS), layer);
  let taps2 = taps(column + 4 * (m + 2 * ROW_VECTORS), layer);
  let taps3 = taps(column + 4 * (m + 3 * ROW_VECTORS), layer);
  var at = pixel(begin + n);
  var fetched = gradient(at, layer, row + 4 * m);
  var value0 = source(at, taps0);
  var value1 = vec4f();
  var value2 = vec4f();
  var value3 = vec4f();
  if (VECTORS > 1) { value1 = source(at, taps1); }
  if (VECTORS > 2) { value2 = source(at, taps2); value3 = source(at, taps3); }
  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  for (var first = begin; first < end; first += STEP) {
    gradients[n][m] = select(vec4f(), fetched, at.n < end);
    put(n, m, at, end, taps0, value0);
    if (VECTORS > 1) { put(n, m + ROW_VECTORS, at, end, taps1, value1); }
    if (VECTORS > 2) {
      put(n, m + 2 * ROW_VECTORS, at, end, taps2, value2);
      put(n, m + 3 * ROW_VECTORS, at, end, taps3, value3);
    }
    workgroupBarrier();
    if (first + STEP < end) {
      at = stride(at);
      fetched = gradient(at, layer, row + 4 * m);
      value0 = source(at, taps0);
      if (VECTORS > 1) { value1 = source(at, taps1); }
      if (VECTORS > 2) { value2 = source(at, taps2); value3 = source(at, taps3); }
    }
    for (var k = 0u; k < STEP; k++) {
      let a = gradients[k][y];
      let b = values[k][x];
      sum0 += a.x * b;
      sum1 += a.y * b;
      sum2 += a.z * b;
      sum3 += a.w * b;
    }
    workgroupBarrier();
  }
  store(layer, shard, row + 4 * y, column + 4 * x, sum0);
  store(layer, shard, row + 4 * y + 1, column + 4 * x, sum1);
  store(layer, shard, row + 4 * y + 2, column + 4 * x, sum2);
  store(layer, shard, row + 4 * y + 3, column + 4 * x, sum3);
}
