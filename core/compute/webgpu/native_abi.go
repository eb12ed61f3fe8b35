//go:build (darwin || linux || windows) && (amd64 || arm64) && !nowebgpu

//lint:file-ignore U1000 the fields are those of the structs of webgpu.h, whether they are used here or not

package webgpu

import (
	"fmt"
	"unsafe"

	"github.com/ebitengine/purego"
)

// The structures of webgpu.h that are used here, with the padding that a C compiler puts in. Chains of extensions are
// left out (next is always 0) but for the source of a shader.

// stringView is WGPUStringView.
type stringView struct {
	data   *byte
	length uintptr
}

// nulTerminated is WGPU_STRLEN.
const nulTerminated = ^uintptr(0)

func viewOf(s string) stringView { return stringView{unsafe.StringData(s), uintptr(len(s))} }

// String copies the text: the library frees it when the call that gave it is over.
func (v stringView) String() string {
	if v.data == nil {
		return ""
	}
	if v.length == nulTerminated {
		v.length = 0
		for *(*byte)(unsafe.Add(unsafe.Pointer(v.data), v.length)) != 0 {
			v.length++
		}
	}
	return string(unsafe.Slice(v.data, v.length))
}

// callbackInfo is the structure of that kind of every asynchronous call.
type callbackInfo struct {
	next     uintptr
	mode     uint64
	callback uintptr
	user     uintptr
	user2    uintptr
}

// allowProcessEvents is WGPUCallbackMode_AllowProcessEvents: callbacks come while instanceProcessEvents runs.
const allowProcessEvents = 2

type adapterOptions struct {
	next              uintptr
	featureLevel      uint32
	powerPreference   uint32
	forceFallback     uint32
	backend           uint32
	compatibleSurface uintptr
}

const (
	coreFeatures    = 2 // WGPUFeatureLevel_Core
	highPerformance = 2 // WGPUPowerPreference_HighPerformance
)

type adapterInfo struct {
	next                                      uintptr
	vendor, architecture, device, description stringView
	backend, kind                             uint32
	vendorID, deviceID                        uint32
	rest                                      [8]uint32 // newer fields
}

const (
	nullBackend  = 1 // WGPUBackendType_Null
	processorGPU = 3 // WGPUAdapterType_CPU
)

// backendNames are those of WGPUBackendType.
var backendNames = map[uint32]string{2: "WebGPU", 3: "D3D11", 4: "D3D12", 5: "Metal", 6: "Vulkan", 7: "OpenGL", 8: "OpenGL ES"}

// limits is WGPULimits. Only what is named is used.
type limits struct {
	next           uintptr
	_              [14]uint32
	uniformBinding uint64
	storageBinding uint64
	_              [3]uint32
	_              uint32 // padding
	bufferSize     uint64
	_              [10]uint32
	perDimension   uint32
	rest           [17]uint32 // newer limits
}

// undefinedLimits asks for the default of every limit.
func undefinedLimits() *limits {
	l := new(limits)
	words := unsafe.Slice((*uint32)(unsafe.Pointer(l)), unsafe.Sizeof(*l)/4)
	for i := range words[2:] { // all but next
		words[2+i] = ^uint32(0)
	}
	return l
}

type deviceDescriptor struct {
	next         uintptr
	label        stringView
	featureCount uintptr
	features     uintptr
	limits       *limits
	queueNext    uintptr
	queueLabel   stringView
	lost         callbackInfo
	uncaptured   uncapturedInfo
}

type uncapturedInfo struct {
	next     uintptr
	callback uintptr
	user     uintptr
	user2    uintptr
}

type bufferDescriptor struct {
	next   uintptr
	label  stringView
	usage  uint64
	size   uint64
	mapped uint64
}

type shaderSource struct {
	next  uintptr
	sType uint64
	code  stringView
}

const wgslSource = 2 // WGPUSType_ShaderSourceWGSL

type shaderDescriptor struct {
	next  *shaderSource
	label stringView
}

type pipelineDescriptor struct {
	next          uintptr
	label         stringView
	layout        uintptr
	computeNext   uintptr
	module        Handle
	entry         stringView
	constantCount uintptr
	constants     uintptr
}

type bindingEntry struct {
	next         uintptr
	binding      uint64
	buffer       Handle
	offset, size uint64
	sampler      uintptr
	view         uintptr
}

type bindingDescriptor struct {
	next       uintptr
	label      stringView
	layout     Handle
	entryCount uintptr
	entries    *bindingEntry
}

const wholeSize = ^uint64(0) // WGPU_WHOLE_SIZE

// functions are the entry points of a library, by the names of webgpu.h.
type functions struct {
	createInstance  func(descriptor uintptr) Handle
	requestAdapter  func(instance Handle, o *adapterOptions, c callbackInfo) uint64
	processEvents   func(instance Handle)
	getInfo         func(adapter Handle, i *adapterInfo) uint32
	getLimits       func(adapter Handle, l *limits) uint32
	requestDevice   func(adapter Handle, d *deviceDescriptor, c callbackInfo) uint64
	getQueue        func(device Handle) Handle
	destroyDevice   func(device Handle)
	pushErrorScope  func(device Handle, filter uint32)
	popErrorScope   func(device Handle, c callbackInfo) uint64
	createBuffer    func(device Handle, d *bufferDescriptor) Handle
	destroyBuffer   func(buffer Handle)
	releaseBuffer   func(buffer Handle)
	mapBuffer       func(buffer Handle, mode uint64, offset, size uintptr, c callbackInfo) uint64
	mappedRange     func(buffer Handle, offset, size uintptr) unsafe.Pointer
	unmapBuffer     func(buffer Handle)
	createShader    func(device Handle, d *shaderDescriptor) Handle
	releaseShader   func(shader Handle)
	createPipeline  func(device Handle, d *pipelineDescriptor) Handle
	bindingLayout   func(pipeline Handle, group uint32) Handle
	releaseLayout   func(layout Handle)
	createBinding   func(device Handle, d *bindingDescriptor) Handle
	releaseBinding  func(binding Handle)
	createEncoder   func(device Handle, descriptor uintptr) Handle
	releaseEncoder  func(encoder Handle)
	beginPass       func(encoder Handle, descriptor uintptr) Handle
	setPipeline     func(pass, pipeline Handle)
	setBinding      func(pass Handle, group uint32, binding Handle, offsetCount, offsets uintptr)
	dispatch        func(pass Handle, x, y, z uint32)
	endPass         func(pass Handle)
	releasePass     func(pass Handle)
	copyBuffer      func(encoder, src Handle, srcOffset uint64, dst Handle, dstOffset, size uint64)
	finish          func(encoder Handle, descriptor uintptr) Handle
	releaseCommands func(commands Handle)
	submit          func(queue Handle, count uintptr, commands *Handle)
	writeBuffer     func(queue, buffer Handle, offset uint64, data *byte, size uintptr)
}

// load finds the functions in a library.
func (f *functions) load(path string) error {
	library, err := openLibrary(path)
	if err != nil {
		return fmt.Errorf("webgpu: %w: library %s cannot be loaded: %w", ErrNoLibrary, path, err)
	}
	for _, e := range []struct {
		function any
		name     string
	}{
		{&f.createInstance, "CreateInstance"},
		{&f.requestAdapter, "InstanceRequestAdapter"},
		{&f.processEvents, "InstanceProcessEvents"},
		{&f.getInfo, "AdapterGetInfo"},
		{&f.getLimits, "AdapterGetLimits"},
		{&f.requestDevice, "AdapterRequestDevice"},
		{&f.getQueue, "DeviceGetQueue"},
		{&f.destroyDevice, "DeviceDestroy"},
		{&f.pushErrorScope, "DevicePushErrorScope"},
		{&f.popErrorScope, "DevicePopErrorScope"},
		{&f.createBuffer, "DeviceCreateBuffer"},
		{&f.destroyBuffer, "BufferDestroy"},
		{&f.releaseBuffer, "BufferRelease"},
		{&f.mapBuffer, "BufferMapAsync"},
		{&f.mappedRange, "BufferGetConstMappedRange"},
		{&f.unmapBuffer, "BufferUnmap"},
		{&f.createShader, "DeviceCreateShaderModule"},
		{&f.releaseShader, "ShaderModuleRelease"},
		{&f.createPipeline, "DeviceCreateComputePipeline"},
		{&f.bindingLayout, "ComputePipelineGetBindGroupLayout"},
		{&f.releaseLayout, "BindGroupLayoutRelease"},
		{&f.createBinding, "DeviceCreateBindGroup"},
		{&f.releaseBinding, "BindGroupRelease"},
		{&f.createEncoder, "DeviceCreateCommandEncoder"},
		{&f.releaseEncoder, "CommandEncoderRelease"},
		{&f.beginPass, "CommandEncoderBeginComputePass"},
		{&f.setPipeline, "ComputePassEncoderSetPipeline"},
		{&f.setBinding, "ComputePassEncoderSetBindGroup"},
		{&f.dispatch, "ComputePassEncoderDispatchWorkgroups"},
		{&f.endPass, "ComputePassEncoderEnd"},
		{&f.releasePass, "ComputePassEncoderRelease"},
		{&f.copyBuffer, "CommandEncoderCopyBufferToBuffer"},
		{&f.finish, "CommandEncoderFinish"},
		{&f.releaseCommands, "CommandBufferRelease"},
		{&f.submit, "QueueSubmit"},
		{&f.writeBuffer, "QueueWriteBuffer"},
	} {
		address, err := findSymbol(library, "wgpu"+e.name)
		if err != nil {
			return fmt.Errorf("webgpu: %w: library %s lacks wgpu%s: want one with the C interface webgpu.h (Dawn, wgpu-native)",
				ErrNoLibrary, path, e.name)
		}
		purego.RegisterFunc(e.function, address)
	}
	return nil
}
