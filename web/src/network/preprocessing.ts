// The usual ways in which networks take their pixels.

import type { Preprocessing } from "../lab/protocol";

const gray = (v: number) => [v, v, v];

export const scales: Record<string, Preprocessing> = {
  half: { scale: 1, mean: gray(0.5), std: gray(0.5), bgr: false },
  imagenet: { scale: 1, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], bgr: false },
  cifar: { scale: 1, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616], bgr: false },
  byte: { scale: 255, mean: gray(0), std: gray(1), bgr: false },
  caffe: { scale: 255, mean: [123, 117, 104], std: gray(1), bgr: false },
};
