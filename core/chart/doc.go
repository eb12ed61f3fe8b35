// Package chart draws figures as SVG: panels with axes, one below the other, and the marks in them. A file needs no script,
// no font and no network, and is the same bytes for the same figure.
//
// Colors are those of Okabe and Ito, in an order in which the first ones have a contrast of 3:1 to white and to black; a
// line differs from others by its dashes and markers, too. Lines are named at their ends, and points beside them, not in a
// legend apart. Text and axes have the current color, so that a figure within a page follows the page's; a file of its own
// follows the reader's choice of light or dark.
//
// [Figure] is such panels; [HeatMap] is a table of numbers on colors, [Clustered] one of the same things in rows and columns,
// with a tree; [Dots] are rows of points with intervals.
//
// A new kind of mark is a type with the methods of [Mark] in a file of its own.
package chart
