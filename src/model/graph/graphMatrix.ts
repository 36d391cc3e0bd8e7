// A matrix of weights in the graph: quantised or not, for products and for looking up rows.
import { microsoft, type OnnxWriter } from './onnxWriter.ts';
import type { PackedMatrix } from './parts.ts';

/** Weights per quantisation block. */
export const blockSize = 32;

/** A packed matrix declared in the graph once, for products and for row look-ups. */
export class GraphMatrix {
  readonly #writer: OnnxWriter;
  readonly #name: string;
  readonly #packed: PackedMatrix;
  readonly #data: string;
  readonly #scales: string | undefined;

  constructor(writer: OnnxWriter, name: string, packed: PackedMatrix) {
    const { rows, columns, bits } = packed;
    const blocks = columns / blockSize;
    this.#writer = writer;
    this.#name = name;
    this.#packed = packed;
    this.#data =
      bits === 32
        ? writer.external(`${name}.data`, 'float32', [rows, columns], packed.data)
        : writer.external(`${name}.data`, 'uint8', [rows, blocks, (blockSize * bits) / 8], packed.data);
    this.#scales = packed.scales && writer.external(`${name}.scales`, 'float32', [rows, blocks], packed.scales);
  }

  /** x [..., columns] times the transposed matrix, plus the bias if there is one: [..., rows]. */
  product(x: string, output = `${this.#name}.product`): string {
    const { rows, columns, bits } = this.#packed;
    const bias = this.#packed.bias && this.#writer.external(`${this.#name}.bias`, 'float32', [rows], this.#packed.bias);
    if (this.#scales === undefined) {
      const outputs = bias ? [`${output}.unbiased`] : [output];
      const y = this.#writer.node('FusedMatMul', [x, this.#data], {
        domain: microsoft,
        attributes: { transB: 1 },
        outputs,
      });
      return bias ? this.#writer.node('Add', [y, bias], { outputs: [output] }) : y;
    }
    return this.#writer.node('MatMulNBits', [x, this.#data, this.#scales, ...(bias ? ['', '', bias] : [])], {
      domain: microsoft,
      // level 4 multiplies in 8-bit integers: the activations are quantised a block at a time
      attributes: { K: columns, N: rows, bits, block_size: blockSize, accuracy_level: 4 },
      outputs: [output],
    });
  }

  /** The rows that `ids` [...] names, as floats [..., columns]. */
  gather(ids: string): string {
    const { rows, columns, bits } = this.#packed;
    if (this.#scales === undefined) return this.#writer.node('Gather', [this.#data, ids]);
    const shape = this.#writer.constant(`${this.#name}.flat`, 'int64', [2], [rows, (columns * bits) / 8]);
    const table = this.#writer.node('Reshape', [this.#data, shape]);
    return this.#writer.node('GatherBlockQuantized', [table, ids, this.#scales], {
      domain: microsoft,
      attributes: { bits, block_size: blockSize, gather_axis: 0, quantize_axis: 1 },
    });
  }
}
