// The gradient of the weights sums over pixels: those of all images, in shards. See conv.go.

struct Pixel { dy: u32, x: u32, h: i32, w: i32, inside: bool }

// pixel is output pixel n, counted over all images, if it comes before end.
fn pixel(n: u32, end: u32, layer: u32) -> Pixel {
  let image = n / p.plane;
  let rest = n - image * p.plane;
  return Pixel(image * p.y_image + layer * p.rows * p.plane + rest, image * p.x_image + layer * p.x_group,
    i32(rest / p.width * p.stride_h) - i32(p.pad_top), i32(rest % p.width * p.stride_w) - i32(p.pad_left), n < end);
}

fn gradient(at: Pixel, row: u32) -> f32 {
  let inside = at.inside && row < p.rows;
  return select(0.0, load_dy(select(0u, at.dy + row * p.plane, inside)), inside);
}

// Tap is an element of a row of the weights: the offset of its channel, and its place in the window.
struct Tap { channel: u32, h: i32, w: i32, inside: bool }

fn tap(q: u32) -> Tap {
  return Tap(q / TAPS * p.x_plane, i32(q % TAPS / COLUMNS * p.dilation_h), i32(q % TAPS % COLUMNS * p.dilation_w),
    q < p.depth);
}

fn source(at: Pixel, element: Tap) -> f32 {
  let h = at.h + element.h;
  let w = at.w + element.w;
  let inside = at.inside && element.inside && h >= 0 && h < i32(p.x_h) && w >= 0 && w < i32(p.x_w);
  return select(0.0, load_x(select(0u, at.x + element.channel + u32(h * i32(p.x_w) + w), inside)), inside);
}
