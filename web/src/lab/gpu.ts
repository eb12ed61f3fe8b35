// The lab's access to a GPU, for core/compute/webgpu/device_js.go. Go refers to objects by handles and passes whatever
// belongs together in one call, however many parts it has: each call from Go to JavaScript costs microseconds, a
// dispatch of a kernel a fraction of one.

/** What Go needs to know of the adapter. */
interface AdapterNote {
  vendor: string;
  architecture: string;
  device: string;
  description: string;
  software: boolean;
  maxBuffer: number;
}

// GPUBufferUsage.MAP_READ (which is also GPUMapMode.READ) and COPY_DST.
const mapRead = 1;
const copyDestination = 8;

/** A device, and the objects created on it. */
class Recorder {
  readonly adapter: AdapterNote;
  private readonly device: GPUDevice;
  private readonly objects: (GPUBuffer | GPUComputePipeline | GPUBindGroup | null)[] = [null]; // handle 0 is no object
  private readonly free: number[] = [];
  private passed = new Uint32Array(0); // what Go passes
  private staging: GPUBuffer | null = null;

  constructor(adapter: AdapterNote, device: GPUDevice, fail: (lost: boolean, why: string) => void) {
    this.adapter = adapter;
    this.device = device;
    device.onuncapturederror = (e) => fail(false, e.error.message);
    void device.lost.then((info) => fail(true, info.message || info.reason));
  }

  private keep(object: GPUBuffer | GPUComputePipeline | GPUBindGroup): number {
    const handle = this.free.pop() ?? this.objects.length;
    this.objects[handle] = object;
    return handle;
  }

  /** Returns memory in which Go passes bytes, a multiple of 4. */
  room(bytes: number): Uint8Array {
    if (this.passed.byteLength < bytes) this.passed = new Uint32Array(bytes / 4);
    return new Uint8Array(this.passed.buffer, 0, bytes);
  }

  buffer(bytes: number, usage: number): number {
    return this.keep(this.device.createBuffer({ size: bytes, usage }));
  }

  /** Creates a pipeline without blocking; the error has the compiler's messages. */
  async pipeline(code: string): Promise<number> {
    this.device.pushErrorScope("validation"); // its errors come with the pipeline's
    const module = this.device.createShaderModule({ code });
    void this.device.popErrorScope();
    try {
      return this.keep(await this.device.createComputePipelineAsync({ layout: "auto", compute: { module, entryPoint: "main" } }));
    } catch (e) {
      const info = await module.getCompilationInfo();
      throw new Error([errorText(e), ...info.messages.map((m) => `${m.lineNum}:${m.linePos} ${m.message}`)].join(" "));
    }
  }

  /** Binds the passed buffers to the pipeline. */
  binding(pipeline: number, count: number): number {
    const layout = (this.objects[pipeline] as GPUComputePipeline).getBindGroupLayout(0);
    const entries = Array.from(this.passed.subarray(0, count), (handle, binding) => ({
      binding,
      resource: { buffer: this.objects[handle] as GPUBuffer },
    }));
    return this.keep(this.device.createBindGroup({ layout, entries }));
  }

  release(handle: number): void {
    const object = this.objects[handle];
    if (object && "destroy" in object) object.destroy();
    this.objects[handle] = null;
    this.free.push(handle);
  }

  /** Writes the passed bytes. */
  write(handle: number, offset: number, bytes: number): void {
    this.device.queue.writeBuffer(this.objects[handle] as GPUBuffer, offset, this.passed.buffer, 0, bytes);
  }

  /** Records the passed dispatches (pipeline, binding, x, y, z) into one pass, and submits it. */
  submit(count: number): void {
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    const w = this.passed;
    for (let i = 0; i < 5 * count; i += 5) {
      pass.setPipeline(this.objects[w[i]!] as GPUComputePipeline);
      pass.setBindGroup(0, this.objects[w[i + 1]!] as GPUBindGroup);
      pass.dispatchWorkgroups(w[i + 2]!, w[i + 3], w[i + 4]);
    }
    pass.end();
    this.device.queue.submit([encoder.finish()]);
  }

  /** Reads the passed ranges (buffer, offset, bytes), one after the other. The result is valid until done. */
  async read(count: number, total: number): Promise<Uint8Array> {
    if (!this.staging || this.staging.size < total) {
      this.staging?.destroy();
      this.staging = this.device.createBuffer({ size: total, usage: mapRead | copyDestination });
    }
    const encoder = this.device.createCommandEncoder();
    const w = this.passed;
    let at = 0;
    for (let i = 0; i < 3 * count; i += 3) {
      encoder.copyBufferToBuffer(this.objects[w[i]!] as GPUBuffer, w[i + 1]!, this.staging, at, w[i + 2]!);
      at += w[i + 2]!;
    }
    this.device.queue.submit([encoder.finish()]);
    try {
      await this.staging.mapAsync(mapRead, 0, total);
    } catch (e) {
      await new Promise((wake) => setTimeout(wake)); // so that a loss is reported first
      throw e;
    }
    return new Uint8Array(this.staging.getMappedRange(0, total));
  }

  done(): void {
    this.staging?.unmap();
  }

  close(): void {
    this.device.destroy();
  }
}

function errorText(e: unknown): string {
  return e instanceof Error ? e.message : String(e);
}

/** Adapters that only emulate a GPU; not all browsers report it. */
const emulated = /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i;

/** Opens the best adapter; null if there is none. fail is called when the device fails or is lost. */
export async function openGPU(fail: (lost: boolean, why: string) => void): Promise<Recorder | null> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return null;
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const note: AdapterNote = {
    vendor,
    architecture,
    device,
    description,
    software: isFallbackAdapter || emulated.test(`${architecture} ${device} ${description}`),
    maxBuffer: Math.min(maxBufferSize, maxStorageBufferBindingSize, 2 ** 32 - 4),
  };
  return new Recorder(note, await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } }), fail);
}
