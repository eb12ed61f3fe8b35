// Window is the part of a pooling window that lies on the image: rows [top, bottom), columns [left, right).
struct Window { top: i32, bottom: i32, left: i32, right: i32 }

fn window(oh: u32, ow: u32) -> Window {
  let top = i32(oh * p.stride_h) - i32(p.pad_top);
  let left = i32(ow * p.stride_w) - i32(p.pad_left);
  return Window(max(top, 0), min(top + i32(p.kernel_h), i32(p.h)), max(left, 0), min(left + i32(p.kernel_w), i32(p.w)));
}

// covering returns the windows of one direction that an element lies in, of n at a stride: [first, end).
fn covering(at: u32, pad: u32, kernel: u32, stride: u32, n: u32) -> vec2u {
  let padded = at + pad;
  var first = 0u;
  if (padded >= kernel) { first = (padded - kernel) / stride + 1; }
  return vec2u(first, min(padded / stride + 1, n));
}

// divisor is the number of elements that an average divides by.
fn divisor(oh: u32, ow: u32) -> f32 {
  if (COUNT_PADDING == 0) {
    let v = window(oh, ow);
    return f32((v.bottom - v.top) * (v.right - v.left));
  }
  let top = oh * p.stride_h;
  let left = ow * p.stride_w;
  return f32((min(top + p.kernel_h, p.h + p.pad_top + p.pad_bottom) - top)
    * (min(left + p.kernel_w, p.w + p.pad_left + p.pad_right) - left));
}
