// The lab's way to a GPU: what core/compute/webgpu/device_js.go asks of navigator.gpu. Go names objects by
// numbers and hands over whatever belongs together, however many parts it has, in one call: each crossing from Go to
// JavaScript costs microseconds, a dispatch of a kernel a fraction of one.

/** What Go is told of the adapter. */
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
const copyTarget = 8;

/** A device, and all that was made on it. */
class Recorder {
  readonly adapter: AdapterNote;
  private readonly device: GPUDevice;
  private readonly things: (GPUBuffer | GPUComputePipeline | GPUBindGroup | null)[] = [null]; // 0 is no object
  private readonly free: number[] = [];
  private words = new Uint32Array(0); // what Go hands over
  private staging: GPUBuffer | null = null;

  constructor(adapter: AdapterNote, device: GPUDevice, fail: (lost: boolean, why: string) => void) {
    this.adapter = adapter;
    this.device = device;
    device.onuncapturederror = (e) => fail(false, e.error.message);
    void device.lost.then((info) => fail(true, info.message || info.reason));
  }

  private keep(thing: GPUBuffer | GPUComputePipeline | GPUBindGroup): number {
    const handle = this.free.pop() ?? this.things.length;
    this.things[handle] = thing;
    return handle;
  }

  /** Gives room for bytes to be handed over, a multiple of 4. */
  room(bytes: number): Uint8Array {
    if (this.words.byteLength < bytes) this.words = new Uint32Array(bytes / 4);
    return new Uint8Array(this.words.buffer, 0, bytes);
  }

  buffer(bytes: number, usage: number): number {
    return this.keep(this.device.createBuffer({ size: bytes, usage }));
  }

  /** Makes a pipeline without stopping what runs; it is refused with the compiler's words. */
  async pipeline(code: string): Promise<number> {
    this.device.pushErrorScope("validation"); // its errors come with the pipeline's
    const module = this.device.createShaderModule({ code });
    void this.device.popErrorScope();
    try {
      return this.keep(await this.device.createComputePipelineAsync({ layout: "auto", compute: { module, entryPoint: "main" } }));
    } catch (e) {
      const info = await module.getCompilationInfo();
      throw new Error([said(e), ...info.messages.map((m) => `${m.lineNum}:${m.linePos} ${m.message}`)].join(" "));
    }
  }

  /** Gives the pipeline the buffers that were handed over. */
  binding(pipeline: number, count: number): number {
    const layout = (this.things[pipeline] as GPUComputePipeline).getBindGroupLayout(0);
    const entries = Array.from(this.words.subarray(0, count), (handle, binding) => ({
      binding,
      resource: { buffer: this.things[handle] as GPUBuffer },
    }));
    return this.keep(this.device.createBindGroup({ layout, entries }));
  }

  release(handle: number): void {
    const thing = this.things[handle];
    if (thing && "destroy" in thing) thing.destroy();
    this.things[handle] = null;
    this.free.push(handle);
  }

  /** Writes the bytes that were handed over. */
  write(handle: number, offset: number, bytes: number): void {
    this.device.queue.writeBuffer(this.things[handle] as GPUBuffer, offset, this.words.buffer, 0, bytes);
  }

  /** Records the dispatches that were handed over (pipeline, binding, x, y, z) into one pass, and starts it. */
  submit(count: number): void {
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    const w = this.words;
    for (let i = 0; i < 5 * count; i += 5) {
      pass.setPipeline(this.things[w[i]!] as GPUComputePipeline);
      pass.setBindGroup(0, this.things[w[i + 1]!] as GPUBindGroup);
      pass.dispatchWorkgroups(w[i + 2]!, w[i + 3], w[i + 4]);
    }
    pass.end();
    this.device.queue.submit([encoder.finish()]);
  }

  /** Reads the parts that were handed over (buffer, offset, bytes), one after the other. They are valid until done. */
  async read(count: number, total: number): Promise<Uint8Array> {
    if (!this.staging || this.staging.size < total) {
      this.staging?.destroy();
      this.staging = this.device.createBuffer({ size: total, usage: mapRead | copyTarget });
    }
    const encoder = this.device.createCommandEncoder();
    const w = this.words;
    let at = 0;
    for (let i = 0; i < 3 * count; i += 3) {
      encoder.copyBufferToBuffer(this.things[w[i]!] as GPUBuffer, w[i + 1]!, this.staging, at, w[i + 2]!);
      at += w[i + 2]!;
    }
    this.device.queue.submit([encoder.finish()]);
    try {
      await this.staging.mapAsync(mapRead, 0, total);
    } catch (e) {
      await new Promise((wake) => setTimeout(wake)); // what was lost is told first
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

function said(e: unknown): string {
  return e instanceof Error ? e.message : String(e);
}

/** Adapters that are the processor in disguise; not all browsers say it by themselves. */
const disguised = /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i;

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
    software: isFallbackAdapter || disguised.test(`${architecture} ${device} ${description}`),
    maxBuffer: Math.min(maxBufferSize, maxStorageBufferBindingSize, 2 ** 32 - 4),
  };
  return new Recorder(note, await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } }), fail);
}
