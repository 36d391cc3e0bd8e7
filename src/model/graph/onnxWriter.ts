// Writes an ONNX model: nodes in call order, small constants inside, large weights as external data.
// Follows onnx.proto (IR version 8) through the message definitions of the onnx-proto package.
import onnxProto, { type onnx as Onnx } from 'onnx-proto';

const { onnx } = onnxProto;

export type ElementType = 'float32' | 'float16' | 'uint8' | 'int32' | 'int64';

const elementCodes: Record<ElementType, number> = {
  float32: onnx.TensorProto.DataType.FLOAT,
  float16: onnx.TensorProto.DataType.FLOAT16,
  uint8: onnx.TensorProto.DataType.UINT8,
  int32: onnx.TensorProto.DataType.INT32,
  int64: onnx.TensorProto.DataType.INT64,
};

/** Operators outside the standard set, served by onnxruntime. */
export const microsoft = 'com.microsoft';

/** Integers become INT attributes, `float(x)` FLOAT ones; arrays of integers INTS. */
export type Attribute = number | readonly number[] | FloatAttribute;
export interface FloatAttribute {
  readonly float: number;
}
/** Marks a number as a floating-point attribute. */
export const float = (value: number): FloatAttribute => ({ float: value });

/** Where a weight's bytes lie in the external data file. */
export interface ExternalRange {
  readonly offset: number;
  readonly length: number;
}

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: string;
  /** Number of outputs (default 1), or their names. */
  readonly outputs?: number | readonly string[];
}

/** A graph under construction. Values are known by name; `node` returns the names of what it produces. */
export class OnnxWriter {
  readonly #nodes: Onnx.INodeProto[] = [];
  readonly #inputs: Onnx.IValueInfoProto[] = [];
  readonly #outputs: Onnx.IValueInfoProto[] = [];
  readonly #initializers: Onnx.ITensorProto[] = [];
  readonly #declared = new Set<string>();
  readonly #externalFile: string;
  #count = 0;

  /** `externalFile` is the name of the data file, relative to the model's own folder. */
  constructor(externalFile: string) {
    this.#externalFile = externalFile;
  }

  /** Declares an input; a string in `shape` is a symbolic dimension. */
  input(name: string, type: ElementType, shape: readonly (number | string)[]): string {
    this.#inputs.push(valueInfo(name, type, shape));
    return name;
  }

  output(name: string, type: ElementType, shape: readonly (number | string)[]): void {
    this.#outputs.push(valueInfo(name, type, shape));
  }

  /** A weight whose bytes lie in the external file. */
  external(name: string, type: ElementType, shape: readonly number[], range: ExternalRange): string {
    this.#initializers.push({
      name,
      dataType: elementCodes[type],
      dims: [...shape],
      dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
      externalData: [
        { key: 'location', value: this.#externalFile },
        { key: 'offset', value: String(range.offset) },
        { key: 'length', value: String(range.length) },
      ],
    });
    return name;
  }

  /** A constant kept inside the model file. A name that is declared already is the same constant. */
  constant(name: string, type: ElementType, shape: readonly number[], values: readonly number[]): string {
    if (this.#declared.has(name)) return name;
    this.#declared.add(name);
    this.#initializers.push({ name, dataType: elementCodes[type], dims: [...shape], rawData: rawBytes(type, values) });
    return name;
  }

  /** A constant list of int64. */
  ints(...values: readonly number[]): string {
    return this.constant(`ints_${values.join('_')}`, 'int64', [values.length], values);
  }

  /** Adds a node and returns its output names. */
  nodes(operator: string, inputs: readonly string[], options: NodeOptions = {}): readonly string[] {
    const id = this.#count++;
    const wanted = options.outputs ?? 1;
    const outputs =
      typeof wanted === 'number' ? Array.from({ length: wanted }, (_, i) => `${operator}_${id}_${i}`) : [...wanted];
    this.#nodes.push({
      name: `${operator}_${id}`,
      opType: operator,
      domain: options.domain ?? '',
      input: [...inputs],
      output: outputs,
      attribute: Object.entries(options.attributes ?? {}).map(([name, value]) => attributeProto(name, value)),
    });
    return outputs;
  }

  /** Adds a node and returns its first output. */
  node(operator: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const [first] = this.nodes(operator, inputs, options);
    if (first === undefined) throw new Error(`${operator} has no output`);
    return first;
  }

  /** The model file's bytes. */
  encode(opset: number): Uint8Array {
    return onnx.ModelProto.encode({
      irVersion: 8,
      producerName: 'palimpsest',
      opsetImport: [
        { domain: '', version: opset },
        { domain: microsoft, version: 1 },
      ],
      graph: {
        name: 'decoder',
        node: this.#nodes,
        input: this.#inputs,
        output: this.#outputs,
        initializer: this.#initializers,
      },
    }).finish();
  }
}

function valueInfo(name: string, type: ElementType, shape: readonly (number | string)[]): Onnx.IValueInfoProto {
  return {
    name,
    type: {
      tensorType: {
        elemType: elementCodes[type],
        shape: { dim: shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d })) },
      },
    },
  };
}

function attributeProto(name: string, value: Attribute): Onnx.IAttributeProto {
  const kinds = onnx.AttributeProto.AttributeType;
  if (typeof value === 'number') return { name, type: kinds.INT, i: value };
  if ('float' in value) return { name, type: kinds.FLOAT, f: value.float };
  return { name, type: kinds.INTS, ints: [...value] };
}

function rawBytes(type: ElementType, values: readonly number[]): Uint8Array {
  const array =
    type === 'int64'
      ? BigInt64Array.from(values, BigInt)
      : type === 'int32'
        ? Int32Array.from(values)
        : type === 'float32'
          ? Float32Array.from(values)
          : type === 'uint8'
            ? Uint8Array.from(values)
            : undefined;
  if (array === undefined) throw new Error(`constants of type ${type} are not supported`);
  return new Uint8Array(array.buffer);
}
