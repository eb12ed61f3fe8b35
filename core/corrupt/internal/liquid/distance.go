package liquid

// Distances are in fixed point, as OpenCV computes them: steps to a neighbor of 1, 1.4 and, as a knight moves, 2.1969
// (Borgefors, "Distance transformations in digital images", 1986).
const (
	distanceBits = 16
	straight     = 1 << distanceBits
	diagonal     = 91750
	knight       = 143976
	farthest     = 20 << distanceBits // no distance is longer
)

// distances replaces each pixel by its distance from the nearest one that is 0, up to 20 pixels. What is not 0 must be
// farthest or more, the border of two pixels, too. Two passes take half of a mask of 5×5 each.
func (p paddedPlane) distances() {
	at := func(y int) []int32 { return p.pix[(y+p.edge)*p.stride:][:p.stride] }
	for y := range p.h {
		line := p.line(y)
		relaxDistances(line, at(y-1), at(y-2))
		left := int32(farthest)
		for x, v := range line {
			left = min(min(v, farthest), left+straight) // in this order the next one waits least
			line[x] = left
		}
	}
	for y := p.h - 1; y >= 0; y-- {
		line := p.line(y)
		relaxDistances(line, at(y+1), at(y+2))
		right := int32(farthest)
		for x := p.w - 1; x >= 0; x-- {
			right = min(line[x], right+straight)
			line[x] = right
		}
	}
}
