// A window of one tap that reads the pixel itself: four pixels are one vector.
struct Sources { base: u32, inside: bool }

fn sources(at: Pixels, layer: u32) -> Sources {
  return Sources((at.image.x * p.x_image + layer * p.x_group + at.place.x) / 4, at.inside.x);
}

fn source(s: Sources, q: u32) -> vec4f {
  let inside = s.inside && q < p.depth;
  return select(vec4f(), load_x(select(0u, s.base + q * (p.x_plane / 4), inside)), inside);
}
