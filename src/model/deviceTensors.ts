// Arrays → tensors in the memory of a GPU, which sessions read and write in place. The runtime makes them as outputs of a session
// alone, and that session has to outlive them.
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { type ElementType, OnnxWriter } from './graph/onnxWriter.ts';
import type { Runtime } from './runtime.ts';

const opset = 17;

export class DeviceTensors {
  readonly #runtime: Runtime;
  readonly #made: Tensor[] = [];
  /** Kind of tensor → the session that makes those. */
  readonly #sessions = new Map<string, InferenceSession>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** A tensor on the GPU with the content of `tensor`. */
  async copyOf(tensor: Tensor): Promise<Tensor> {
    const { device } = await (await this.#sessionFor(tensor)).run({ host: tensor });
    if (device === undefined) throw new Error('the runtime made no tensor on the GPU');
    this.#made.push(device);
    return device;
  }

  /** Frees all that were made. */
  async close(): Promise<void> {
    for (const tensor of this.#made) tensor.dispose();
    for (const session of this.#sessions.values()) await session.release();
  }

  async #sessionFor({ type, dims }: Tensor): Promise<InferenceSession> {
    const kind = `${type} ${dims.length}`;
    const known = this.#sessions.get(kind);
    if (known !== undefined) return known;
    const writer = new OnnxWriter('');
    const shape = dims.map((_, axis) => `D${axis}`);
    writer.input('host', type as ElementType, shape);
    writer.node('Identity', ['host'], { outputs: ['device'] });
    writer.output('device', type as ElementType, shape);
    const session = await this.#runtime.InferenceSession.create(writer.encode(opset), {
      executionProviders: ['webgpu'],
      preferredOutputLocation: 'gpu-buffer',
      logSeverityLevel: 3,
    });
    this.#sessions.set(kind, session);
    return session;
  }
}
