// A workgroup makes a tile of 64 rows × 64 columns (channel and tap) of one group's gradient over one shard, a thread
// 4 × 4 of it.

const SIDE = 64u;
const STEP = 16u;
const PITCH = SIDE / 4 + 1; // odd, so that threads that write a column do not meet in one bank

var<workgroup> gradients: array<vec4f, STEP * PITCH>;
var<workgroup> values: array<vec4f, STEP * PITCH>;

fn store(layer: u32, shard: u32, row: u32, q: u32, sum: vec4f) {
  if (row >= p.rows) { return; }
  let e = (shard * p.groups + layer) * p.rows * p.depth + row * p.depth + q;
  for (var i = 0u; i < 4; i++) {
    if (q + i < p.depth) { store_sums(e + i, sum[i]); }
  }
}

fn work(group: u32, layer: u32, t: u32, images: u32) {
  let high = (p.rows + SIDE - 1) / SIDE;
  let wide = (p.depth + SIDE - 1) / SIDE;
  let row = group % high * SIDE;
  let column = group / high % wide * SIDE;
  let shard = group / (high * wide);
  let all = images * p.plane;
  let share = (all + p.shards - 1) / p.shards;
  let begin = min(shard * share, all);
  let end = min(begin + share, all);
  let n = t % STEP; // this thread fetches pixel n, rows and columns 4·m
  let m = t / STEP;
  let tap0 = tap(column + 4 * m);
  let tap1 = tap(column + 4 * m + 1);
  let tap2 = tap(column + 4 * m + 2);
  let tap3 = tap(column + 4 * m + 3);
  var sum0 = vec4f();
  var sum1 = vec4f();
  var sum2 = vec4f();
  var sum3 = vec4f();
  for (var first = begin; first < end; first += STEP) {
    let at = pixel(first + n, end, layer);
    let r = row + 4 * m;
    gradients[n * PITCH + m] = vec4f(gradient(at, r), gradient(at, r + 1), gradient(at, r + 2), gradient(at, r + 3));
    values[n * PITCH + m] = vec4f(source(at, tap0), source(at, tap1), source(at, tap2), source(at, tap3));
    workgroupBarrier();
    for (var k = 0u; k < STEP; k++) {
      let a = gradients[k * PITCH + m];
      let b = values[k * PITCH + n];
      sum0 += a.x * b;
      sum1 += a.y * b;
      sum2 += a.z * b;
      sum3 += a.w * b;
    }
    workgroupBarrier();
  }
  store(layer, shard, row + 4 * m, column + 4 * n, sum0);
  store(layer, shard, row + 4 * m + 1, column + 4 * n, sum1);
  store(layer, shard, row + 4 * m + 2, column + 4 * n, sum2);
  store(layer, shard, row + 4 * m + 3, column + 4 * n, sum3);
}
