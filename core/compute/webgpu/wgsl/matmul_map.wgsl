// How a product of matrices reads and writes. A layer is one product of one image: image·batch + i. Where MERGED, the
// images' left factors follow each other and are one matrix. Where SUMMED, the products of the images are added up:
// depth then counts through the images, and a layer is a product of one share of it.

struct Pixels { column: vec4u, inside: vec4<bool> }

fn row_count(images: u32) -> u32 { return select(p.m, images * p.m, MERGED == 1); }
fn column_count(images: u32) -> u32 { return p.n; }
fn share(images: u32) -> u32 { return (images * p.k + p.shards - 1) / p.shards; }
fn depth_count(images: u32) -> u32 { return select(p.k, share(images), SUMMED == 1); }

const ADJACENT = false;

fn pixels(first: u32, apart: u32, images: u32) -> Pixels {
  let column = first + apart * vec4u(0, 1, 2, 3);
  return Pixels(column, column < vec4u(p.n));
}

// Depth is how far a layer's sums have come.
struct Depth { q: u32 }

fn next(here: Depth) -> Depth { return Depth(here.q + STEP); }

// Term is the image and the place in its factors at a depth of a layer.
struct Term { image: u32, k: u32, inside: bool }

fn term(layer: u32, q: u32) -> Term {
  if (SUMMED == 0) { return Term(layer / p.batch, q, q < p.k); }
  let share = share(run.x);
  let all = layer / p.batch * share + q;
  return Term(all / p.k, all % p.k, q < share && all < run.x * p.k);
}

fn weight(layer: u32, row: u32, here: Depth, deep: u32) -> vec4f {
  let d = term(layer, here.q + deep);
  let e = d.image * p.a_image + layer % p.batch * p.a_batch + row * p.a_row + d.k * p.a_column;
  return vec4f(load_a(e), load_a(e + p.a_row), load_a(e + 2 * p.a_row), load_a(e + 3 * p.a_row));
}

fn within(layer: u32, here: Depth, deep: u32) -> bool { return term(layer, here.q + deep).inside; }

struct Sources { layer: u32, column: vec4u, inside: vec4<bool> }

fn sources(at: Pixels, layer: u32) -> Sources { return Sources(layer, at.column, at.inside); }

fn opens(s: Sources, here: Depth, open: vec4<bool>) -> vec4<bool> { return open; }

fn source(s: Sources, here: Depth, deep: u32) -> vec4f {
  let d = term(s.layer, here.q + deep);
  let e = d.image * p.b_image + s.layer % p.batch * p.b_batch + d.k * p.b_row + s.column * p.b_column;
  return vec4f(load_b(e.x), load_b(e.y), load_b(e.z), load_b(e.w));
}

fn inside(s: Sources, open: vec4<bool>, here: Depth, deep: u32) -> vec4<bool> {
  return s.inside & vec4<bool>(term(s.layer, here.q + deep).inside);
}

fn write(at: Pixels, layer: u32, row: u32, sum: vec4f) {
  if (row >= row_count(run.x)) { return; }
  let c = min(at.column, vec4u(p.n - 1));
  let v = activate(sum + vec4f(load_bias(c.x), load_bias(c.y), load_bias(c.z), load_bias(c.w)));
  let e = layer / p.batch * p.y_image + layer % p.batch * p.y_batch + row * p.y_row + at.column;
  if (at.inside.x) { store_y(e.x, v.x); }
  if (at.inside.y) { store_y(e.y, v.y); }
  if (at.inside.z) { store_y(e.z, v.z); }
  if (at.inside.w) { store_y(e.w, v.w); }
}
