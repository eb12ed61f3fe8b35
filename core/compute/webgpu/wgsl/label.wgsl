// label_of is the class of an image's largest target, for all threads of its workgroup.
fn label_of(group: u32, t: u32) -> u32 { return u32(load_labels(group)); }

// share is the target of a class before smoothing.
fn share(group: u32, k: u32, label: u32) -> f32 { return select(0.0, 1.0, k == label); }
