package engine

import "steady/core/compute/computetest"

// backend is what the tests of whole networks run on.
var backend = computetest.Backend
