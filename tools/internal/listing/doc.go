// Package listing describes what there is to choose from: corruptions, attacks, training recipes and built-in networks.
package listing
