// A window of one tap that reads the pixel itself: four pixels are one vector.
const ADJACENT = true;

// Depth is a channel.
struct Depth { q: u32 }

fn next(here: Depth) -> Depth { return Depth(here.q + STEP); }

struct Sources { base: u32, inside: bool }

fn sources(at: Pixels, layer: u32) -> Sources {
  return Sources((at.image.x * p.x_image + layer * p.x_group + at.place.x) / 4, at.inside.x);
}

fn opens(s: Sources, here: Depth, open: vec4<bool>) -> vec4<bool> { return open; }

// source is what is read for four pixels, where that is inside. WebGPU reads something else where it lies nowhere.
fn source(s: Sources, here: Depth, deep: u32) -> vec4f {
  return load_x(s.base + (deep * (p.x_plane / 4) + here.q * (p.x_plane / 4)));
}

fn inside(s: Sources, open: vec4<bool>, here: Depth, deep: u32) -> vec4<bool> {
  return vec4<bool>(s.inside && here.q + deep < p.depth_channels);
}
