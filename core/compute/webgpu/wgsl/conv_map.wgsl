// Which pixels and weights a convolution, or a phase of its input gradient, works on: see conv.go. A pixel is (i, j) of
// what one phase writes; depth counts the channels of what is read and, within one, the taps of the window.

struct Pixels { image: vec4u, place: vec4u, i: vec4u, j: vec4u, inside: vec4<bool> }

// pixels are the four from first on, counted over all images.
fn pixels(first: u32, images: u32) -> Pixels {
  let n = first + vec4u(0, 1, 2, 3);
  let image = n / p.plane;
  let place = n - image * p.plane;
  let i = place / p.width;
  return Pixels(image, place, i, place - i * p.width, n < vec4u(images * p.plane));
}

fn row_count(images: u32) -> u32 { return p.rows; }
fn column_count(images: u32) -> u32 { return images * p.plane; }
fn depth_count(images: u32) -> u32 { return p.depth; }

// weight is the element of a row of the weights at a depth, or 0 outside.
fn weight(layer: u32, row: u32, q: u32) -> f32 {
  let tap = q % TAPS;
  let e = layer * p.w_group + row * p.w_row + q / TAPS * p.w_channel
    + p.w_first + tap / COLUMNS * p.w_tap_row + tap % COLUMNS * p.w_tap_column;
  let inside = row < p.rows && q < p.depth;
  return select(0.0, load_weight(select(0u, e, inside)), inside);
}
