// Sources are the places that tap (0, 0) of channel 0 reads for four pixels.
struct Sources { base: vec4u, h: vec4i, w: vec4i }

fn sources(at: Pixels, layer: u32) -> Sources {
  let h = vec4i(at.i) * p.stride_h + p.origin_h;
  // What lies outside reads from far above the picture, that is nothing.
  return Sources(at.image * p.x_image + layer * p.x_group, select(vec4i(-0x1000000), h, at.inside),
    vec4i(at.j) * p.stride_w + p.origin_w);
}

fn source(s: Sources, q: u32) -> vec4f {
  let tap = q % TAPS;
  let h = s.h + i32(tap / COLUMNS) * p.step_h;
  let w = s.w + i32(tap % COLUMNS) * p.step_w;
  let inside = (h >= vec4i()) & (h < vec4i(p.x_h)) & (w >= vec4i()) & (w < vec4i(p.x_w)) & vec4<bool>(q < p.depth);
  let e = select(vec4u(), s.base + q / TAPS * p.x_plane + vec4u(h * p.x_w + w), inside);
  return select(vec4f(), vec4f(load_x(e.x), load_x(e.y), load_x(e.z), load_x(e.w)), inside);
}
