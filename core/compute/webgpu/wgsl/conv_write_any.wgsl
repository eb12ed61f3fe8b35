fn write(at: Pixels, layer: u32, row: u32, sum: vec4f) {
  if (row >= p.rows) { return; }
  let e = at.image * p.y_image + (layer * p.rows + row) * p.y_plane
    + (at.i * p.y_stride_h + p.y_first_h) * p.y_width + at.j * p.y_stride_w + p.y_first_w;
  let r = select(vec4u(), e, at.inside);
  let residual = vec4f(load_residual(r.x), load_residual(r.y), load_residual(r.z), load_residual(r.w));
  let v = activate(sum + load_bias(layer * p.rows + row) + residual);
  if (at.inside.x) { store_y(e.x, v.x); }
  if (at.inside.y) { store_y(e.y, v.y); }
  if (at.inside.z) { store_y(e.z, v.z); }
  if (at.inside.w) { store_y(e.w, v.w); }
}
