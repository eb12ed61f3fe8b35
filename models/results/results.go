package results

import _ "embed"

// Papers are the results of the experiments of 2019 and 2020, a file of 'steady papers results'.
//
//go:embed papers.json
var Papers []byte

// Overlaps are the results that overlaps are computed from, such a file too.
//
//go:embed overlap-results.json
var Overlaps []byte
