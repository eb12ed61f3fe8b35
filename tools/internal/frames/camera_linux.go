package frames

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"syscall"

	"github.com/blackjack/webcam"
)

// The formats that are read, as V4L2 numbers them: four characters.
const (
	yuyv webcam.PixelFormat = 'Y' | 'U'<<8 | 'Y'<<16 | 'V'<<24
	mjpg webcam.PixelFormat = 'M' | 'J'<<8 | 'P'<<16 | 'G'<<24
)

// camera is a camera of Linux.
type camera struct {
	path   string
	name   string
	device *webcam.Webcam
	format webcam.PixelFormat
	w, h   int
	pix    []byte
}

func isBusy(err error) bool { return errors.Is(err, syscall.EBUSY) }
func isGone(err error) bool { return errors.Is(err, syscall.ENODEV) || errors.Is(err, syscall.ENXIO) }

func openCamera(path string) (Source, error) {
	if f, err := os.OpenFile(path, os.O_RDWR, 0); err != nil { // the system's own error, which says why
		return nil, cameraError(path, err)
	} else {
		f.Close()
	}
	device, err := webcam.Open(path)
	if err != nil {
		return nil, cameraError(path, err)
	}
	c := &camera{path: path, name: path, device: device}
	if err := c.start(); err != nil {
		device.Close()
		return nil, cameraError(path, err)
	}
	return c, nil
}

// start begins with frames of about 640×480: enough for networks, and little for USB.
func (c *camera) start() error {
	formats := c.device.GetSupportedFormats()
	switch {
	case formats[yuyv] != "":
		c.format = yuyv
	case formats[mjpg] != "":
		c.format = mjpg
	default:
		return fmt.Errorf("it has neither YUYV nor Motion JPEG (it has %v)", formats)
	}
	w, h := nearestSize(c.device.GetSupportedFrameSizes(c.format))
	format, _, _, err := c.device.SetImageFormat(c.format, w, h) // it returns the size that was asked for, not the driver's
	if err != nil {
		return err
	}
	if c.format, c.w, c.h = format, int(w), int(h); format != yuyv && format != mjpg {
		return errors.New("it changed the format of its frames to one that is not read")
	}
	if name, err := c.device.GetName(); err == nil && name != "" {
		c.name = name
	}
	c.device.SetBufferCount(4) // what it says is what the driver has
	return c.device.StartStreaming()
}

// nearestSize returns the size nearest to 640×480 that a camera has; 640×480 itself if it lists none.
func nearestSize(sizes []webcam.FrameSize) (w, h uint32) {
	w, h = 640, 480
	least := math.MaxFloat64
	for _, s := range sizes {
		width, height := nearestStep(640, s.MinWidth, s.MaxWidth, s.StepWidth), nearestStep(480, s.MinHeight, s.MaxHeight, s.StepHeight)
		if width == 0 || height == 0 {
			continue
		}
		if d := math.Hypot(float64(width)-640, float64(height)-480); d < least {
			w, h, least = width, height, d
		}
	}
	return w, h
}

// nearestStep returns which of least, least+step, ... up to most is nearest to a value, from below if it lies between two.
func nearestStep(v, least, most, step uint32) uint32 {
	v = min(max(v, least), most)
	return v - (v-min(least, v))%max(step, 1)
}

func (c *camera) Name() string { return c.name }
func (c *camera) Close()       { c.device.Close() }

func (c *camera) Read(ctx context.Context) (Frame, error) {
	for silent := 0; ; {
		if err := ctx.Err(); err != nil {
			return Frame{}, err
		}
		if err := c.device.WaitForFrame(1); err != nil {
			if _, timeout := errors.AsType[*webcam.Timeout](err); timeout {
				if silent++; silent >= 5 {
					return Frame{}, fmt.Errorf("The camera %s sends nothing: plug it in again, and press S.", c.path)
				}
				continue
			}
			return Frame{}, cameraError(c.path, err)
		}
		raw, err := c.device.ReadFrame()
		if err != nil {
			return Frame{}, cameraError(c.path, err)
		}
		side := 0
		if c.format == yuyv {
			c.pix, side, err = fromYUYV(c.pix, raw, c.w, c.h)
		} else {
			c.pix, side, err = fromJPEG(c.pix, raw)
		}
		if err == nil {
			return Frame{c.pix, side}, nil
		}
		if silent++; silent >= 60 { // single frames are often damaged, the first ones above all
			return Frame{}, cameraError(c.path, err)
		}
	}
}
