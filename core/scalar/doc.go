// Package scalar holds the functions of one number that layers apply to each element, with their derivatives, in
// float64. Networks name them, backends compute them as fast as they can, and tests hold the two together.
package scalar
