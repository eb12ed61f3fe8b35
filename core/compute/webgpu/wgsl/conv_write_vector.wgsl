// Four neighbors are one vector, as they were read.
fn write(at: Pixels, layer: u32, row: u32, sum: vec4f) {
  if (row >= p.rows || !at.inside.x) { return; }
  let e = (at.image.x * p.y_image + (layer * p.rows + row) * p.y_plane + at.place.x) / 4;
  store_y(e, activate(sum + load_bias(layer * p.rows + row) + load_residual(e)));
}
