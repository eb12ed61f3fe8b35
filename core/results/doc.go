// Package results keeps which images networks got right, clean, corrupted and attacked, in a JSON file that is small enough
// to be committed beside the networks: one bit for each image. Scores, intervals and comparisons of networks image by image
// can be computed from it, but no confidences. It knows no network, no corruption and no store.
//
// A [Table] has a row for each network and a column for each [Cell], a perturbation of some images. [Decode] reads the
// file, and refuses what does not fit together; [Table.Encode] writes it:
//
//	{
//	  "format": "steady results 1",
//	  "title": "…",
//	  "protocol": {"training": "fine-tuned"},
//	  "made": ["steady bench run --suite cifar10-c"],
//	  "images": [{"name": "cifar10-test", "hash": "…", "preparation": "input=3×32×32"}],
//	  "cells": [{"perturbation": "fog{severity=3}", "images": 0, "n": 2000, "seed": 0}],
//	  "networks": [{"name": "a", "file": "a.onnx", "sha256": "…", "card": {…}, "right": [1530], "correct": ["3/f9…"]}]
//	}
//
// A network has an element for each cell: how many images it got right, and in base64 one bit for each image, the first in
// the lowest bit of the first byte. Both are null where nothing was measured.
package results
