// Channel for channel, and within one its taps: for so few channels that steps of one tap would be mostly empty.
const ADJACENT = false;

struct Depth { q: u32 }

fn next(here: Depth) -> Depth { return Depth(here.q + STEP); }

// Sources are the places that tap (0, 0) of channel 0 reads for four pixels.
struct Sources { base: vec4u, h: vec4i, w: vec4i }

fn sources(at: Pixels, layer: u32) -> Sources {
  let h = vec4i(at.i) * p.stride_h + p.origin_h;
  // What is no pixel reads from far above the image, that is nothing.
  return Sources(at.image * p.x_image + layer * p.x_group, select(vec4i(-0x1000000), h, at.inside),
    vec4i(at.j) * p.stride_w + p.origin_w);
}

fn opens(s: Sources, here: Depth, open: vec4<bool>) -> vec4<bool> { return open; }

// source is what is read for four pixels, where that is inside. WebGPU reads something else where it lies nowhere.
fn source(s: Sources, here: Depth, deep: u32) -> vec4f {
  let q = here.q + deep;
  let h = s.h + i32(q % TAPS / COLUMNS) * p.step_h;
  let w = s.w + i32(q % TAPS % COLUMNS) * p.step_w;
  let e = s.base + q / TAPS * p.x_plane + vec4u(h * p.x_w + w);
  return vec4f(load_x(e.x), load_x(e.y), load_x(e.z), load_x(e.w));
}

fn inside(s: Sources, open: vec4<bool>, here: Depth, deep: u32) -> vec4<bool> {
  let q = here.q + deep;
  let h = s.h + i32(q % TAPS / COLUMNS) * p.step_h;
  let w = s.w + i32(q % TAPS % COLUMNS) * p.step_w;
  // Without their sign negative numbers are large.
  return (vec4u(h) < vec4u(u32(p.x_h))) & (vec4u(w) < vec4u(u32(p.x_w))) & vec4<bool>(q < TAPS * p.depth_channels);
}
