// Tap for tap, and within one its channels, in steps of which none has two taps: so what a tap needs is found once for all
// its channels, and places differ by what is the same for all threads.
const ADJACENT = false;

struct Depth { q: u32, tap: u32, channel: u32 }

fn next(here: Depth) -> Depth {
  let more = here.channel + STEP < p.depth_channels;
  return Depth(here.q + STEP, select(here.tap + 1, here.tap, more), select(0, here.channel + STEP, more));
}

// Sources are the places that tap (0, 0) of channel 0 reads for four pixels.
struct Sources { base: vec4u, h: vec4i, w: vec4i }

fn sources(at: Pixels, layer: u32) -> Sources {
  let h = vec4i(at.i) * p.stride_h + p.origin_h;
  let w = vec4i(at.j) * p.stride_w + p.origin_w;
  // What is no pixel reads from far above the image, that is nothing.
  return Sources(at.image * p.x_image + layer * p.x_group + vec4u(h * p.x_w + w), select(vec4i(-0x1000000), h, at.inside), w);
}

// opens returns for which pixels a tap is inside the image; open are those of the step before.
fn opens(s: Sources, here: Depth, open: vec4<bool>) -> vec4<bool> {
  if (here.channel > 0) { return open; }
  let h = s.h + i32(here.tap / COLUMNS) * p.step_h;
  let w = s.w + i32(here.tap % COLUMNS) * p.step_w;
  return (vec4u(h) < vec4u(u32(p.x_h))) & (vec4u(w) < vec4u(u32(p.x_w))); // without their sign negative numbers are large
}

// source is what is read for four pixels, where that is inside. WebGPU reads something else where it lies nowhere.
fn source(s: Sources, here: Depth, deep: u32) -> vec4f {
  let tap = i32(here.tap / COLUMNS) * p.step_h * p.x_w + i32(here.tap % COLUMNS) * p.step_w;
  let e = s.base + (deep * p.x_plane + (here.channel * p.x_plane + u32(tap)));
  return vec4f(load_x(e.x), load_x(e.y), load_x(e.z), load_x(e.w));
}

fn inside(s: Sources, open: vec4<bool>, here: Depth, deep: u32) -> vec4<bool> {
  return open & vec4<bool>(here.channel + deep < p.depth_channels);
}
