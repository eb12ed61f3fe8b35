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
