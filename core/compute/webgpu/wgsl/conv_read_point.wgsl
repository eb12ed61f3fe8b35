// A window of one tap that reads the pixel itself: four pixels are one vector.
const ADJACENT = true;

struct Depth { channel: u32 }

fn next(here: Depth) -> Depth { return Depth(here.channel + STEP); }

fn within(layer: u32, here: Depth, deep: u32) -> bool { return here.channel + deep < p.depth_channels; }

fn weight_at(here: Depth, deep: u32) -> u32 { return deep * p.w_channel + (here.channel * p.w_channel + of_tap(0)); }

struct Sources { base: u32, inside: bool }

fn sources(at: Pixels, layer: u32) -> Sources {
  return Sources((at.image.x * p.x_image + layer * p.x_group + at.place.x) / 4, at.inside.x);
}

fn opens(s: Sources, here: Depth, open: vec4<bool>) -> vec4<bool> { return open; }

// source is what is read for four pixels, where that is inside. WebGPU reads something else where it lies nowhere.
fn source(s: Sources, here: Depth, deep: u32) -> vec4f {
  return load_x(s.base + (deep * (p.x_plane / 4) + here.channel * (p.x_plane / 4)));
}

fn inside(s: Sources, open: vec4<bool>, here: Depth, deep: u32) -> vec4<bool> {
  return vec4<bool>(s.inside && here.channel + deep < p.depth_channels);
}
