fn work(group: u32, layer: u32, t: u32, images: u32) {
  let i = group * THREADS + t;
  if (i >= p.size) { return; }
  var sum = 0.0;
  for (var shard = 0u; shard < p.shards; shard++) { sum += load_sums(shard * p.size + i); }
  store_total(i, sum);
}
