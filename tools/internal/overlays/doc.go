// Package overlays makes frost of a user's photographs of ice, instead of ice of our own.
package overlays
