// weight returns the weights of four rows at a place of the depth, zeros outside.
fn weight(layer: u32, row: u32, here: Depth, deep: u32) -> vec4f {
  return load_weight((layer * p.depth + here.q + deep) * p.row_vectors + row / 4);
}

fn within(layer: u32, here: Depth, deep: u32) -> bool { return true; }
