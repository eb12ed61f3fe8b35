// Which pixels and weights a convolution, or a phase of its input gradient, works on: see conv.go. A pixel is (i, j) of
// what one phase writes. The depth counts the channels of what is read and the taps of the window, in an order that
// conv_read_*.wgsl has.

struct Pixels { image: vec4u, place: vec4u, i: vec4u, j: vec4u, inside: vec4<bool> }

// pixels are four that lie so far apart, from first on, counted over all images.
fn pixels(first: u32, apart: u32, images: u32) -> Pixels {
  let n = first + apart * vec4u(0, 1, 2, 3);
  let image = n / p.plane;
  let place = n - image * p.plane;
  let i = place / p.width;
  return Pixels(image, place, i, place - i * p.width, n < vec4u(images * p.plane));
}

fn row_count(images: u32) -> u32 { return p.rows; }
fn column_count(images: u32) -> u32 { return images * p.plane; }
fn depth_count(images: u32) -> u32 { return p.depth; }

// of_tap is where the weights of a tap begin.
fn of_tap(tap: u32) -> u32 { return p.w_first + tap / COLUMNS * p.w_tap_row + tap % COLUMNS * p.w_tap_column; }

// weight gives the weights of four rows for the tap and channel that lie deep behind a place of the depth, if that is
// within. What it gives for a row behind the last is written nowhere.
fn weight(layer: u32, row: u32, here: Depth, deep: u32) -> vec4f {
  let e = layer * p.w_group + row * p.w_row + weight_at(here, deep);
  return vec4f(load_weight(e), load_weight(e + p.w_row), load_weight(e + 2 * p.w_row), load_weight(e + 3 * p.w_row));
}
