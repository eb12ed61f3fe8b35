// The gradient of the weights sums over pixels: those of all images, in shards. See conv_weights.go.

// Pixel is one of dy, counted over all images.
struct Pixel { n: u32, image: u32, i: u32, j: u32 }

fn pixel(n: u32) -> Pixel {
  let image = n / p.plane;
  let rest = n - image * p.plane;
  return Pixel(n, image, rest / p.width, rest % p.width);
}

// stride is the pixel that lies a stride of the sum ahead, which is so many images, rows and columns: no division.
fn stride(at: Pixel) -> Pixel {
  var j = at.j + p.ahead_j;
  var i = at.i + p.ahead_i;
  var image = at.image + p.ahead_image;
  if (j >= p.width) { j -= p.width; i++; }
  if (i >= p.height) { i -= p.height; image++; }
  return Pixel(at.n + p.ahead, image, i, j);
}

// gradient is dy at a pixel for four rows. What it returns for a row behind the last is not written.
fn gradient(at: Pixel, layer: u32, row: u32) -> vec4f {
  let e = at.image * (p.y_image - p.plane) + at.n + (layer * p.rows + row) * p.plane;
  return vec4f(load_dy(e), load_dy(e + p.plane), load_dy(e + 2 * p.plane), load_dy(e + 3 * p.plane));
}

// Taps are four elements of a row of the weights, each a tap of a channel: what they add to a pixel's place.
struct Taps { place: vec4u, h: vec4i, w: vec4i }

fn taps(first: u32, layer: u32) -> Taps {
  let q = first + vec4u(0, 1, 2, 3);
  let h = vec4i(q % TAPS / COLUMNS * p.dilation_h) - p.pad_top;
  let w = vec4i(q % TAPS % COLUMNS * p.dilation_w) - p.pad_left;
  return Taps(layer * p.x_group + q / TAPS * p.x_plane + vec4u(h * i32(p.x_w) + w), h, w);
}

// source is what four taps read at a pixel, where that is inside. WebGPU reads something else where it lies nowhere.
fn source(at: Pixel, s: Taps) -> vec4f {
  let e = s.place + (at.image * p.x_image + at.i * p.stride_h * p.x_w + at.j * p.stride_w);
  return vec4f(load_x(e.x), load_x(e.y), load_x(e.z), load_x(e.w));
}

fn inside(at: Pixel, end: u32, s: Taps) -> vec4<bool> {
  let h = vec4u(s.h + i32(at.i * p.stride_h)); // without their sign negative numbers are large
  let w = vec4u(s.w + i32(at.j * p.stride_w));
  return (h < vec4u(p.x_h)) & (w < vec4u(p.x_w)) & vec4<bool>(at.n < end);
}
