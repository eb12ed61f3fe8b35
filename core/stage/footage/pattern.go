package footage

import (
	"math"
	"time"
)

// Side is the side of frames, that of the usual networks for photographs.
const Side = 224

// Interval is the time between two frames.
const Interval = time.Second / 30

// Pattern writes a frame of the test pattern, a ball that bounces over a floor, in the memory of pix if that is enough. Networks
// for photographs have a class for it.
func Pattern(pix []byte, frame int) []byte {
	if len(pix) != 4*Side*Side {
		pix = make([]byte, 4*Side*Side)
	}
	t := float64(frame) / 30
	const radius = 60.0
	cx := Side/2 + 48*math.Sin(0.9*t)
	cy := 148 - 62*math.Abs(math.Sin(1.7*t))
	const floor = 158.0
	for y := range Side {
		for x := range Side {
			fx, fy := float64(x)+0.5, float64(y)+0.5
			r, g, b := 118+fy/7, 112+fy/8, 104+fy/9 // a wall
			if fy > floor {                         // planks that run away from the eye
				depth := (fy - floor + 14) / 14
				plank := math.Floor((fx - Side/2) / depth / 9)
				shade := 12 * math.Sin(plank*2.4)
				r, g, b = 148+shade+8*depth, 104+shade+6*depth, 68+shade+4*depth
				dx, dy := (fx-cx)/radius, (fy-206)/14 // the ball's shadow
				dark := 0.45 * math.Exp(-1.2*(dx*dx+dy*dy))
				r, g, b = r*(1-dark), g*(1-dark), b*(1-dark)
			}
			if dx, dy := (fx-cx)/radius, (fy-cy)/radius; dx*dx+dy*dy < 1 {
				dz := math.Sqrt(1 - dx*dx - dy*dy)
				light := max(-0.45*dx-0.6*dy+0.66*dz, 0)
				shine := math.Pow(max(light, 0), 30)
				base := 0.38 + 0.66*light
				// Seams of a ball that turns.
				turn := 0.55 + 0.4*math.Sin(0.9*t)
				sx := dx*math.Cos(turn) + dz*math.Sin(turn)
				seam := min(math.Abs(sx), math.Abs(dy), math.Abs(math.Hypot(sx-0.95, dy)-0.62), math.Abs(math.Hypot(sx+0.95, dy)-0.62))
				base *= 0.93 + 0.07*math.Sin(70*sx)*math.Sin(70*dy) // pebbles
				if seam < 0.04 {
					base *= 0.15
				}
				r, g, b = 205*base+40*shine, 98*base+40*shine, 42*base+40*shine
			}
			i := 4 * (y*Side + x)
			pix[i], pix[i+1], pix[i+2], pix[i+3] = level(r), level(g), level(b), 255
		}
	}
	return pix
}

func level(v float64) byte { return byte(min(max(v, 0), 255) + 0.5) }
