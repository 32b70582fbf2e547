/** The header of every module, and a type section with `() -> ()`. */
const HEADER = [0, 97, 115, 109, 1, 0, 0, 0];
const VOID_FUNCTION = [...HEADER, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0];

/** A proposal of WebAssembly, and the smallest module that only a browser with it finds valid. */
interface WasmFeature {
  name: string;
  use: string;
  bytes: readonly number[];
}

export const WASM_FEATURES: readonly WasmFeature[] = [
  {
    name: 'SIMD',
    use: 'Modules that reckon with vectors: images, compression, cryptography.',
    bytes: [...HEADER, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
  },
  {
    name: 'Bulk memory',
    use: 'Modules of every present compiler: they copy and fill memory with it.',
    bytes: [...VOID_FUNCTION, 5, 3, 1, 0, 1, 10, 14, 1, 12, 0, 65, 0, 65, 0, 65, 0, 252, 10, 0, 0, 11],
  },
  { name: 'Tail calls', use: 'Modules from functional languages and of some interpreters.', bytes: [...VOID_FUNCTION, 10, 6, 1, 4, 0, 18, 0, 11] },
  { name: 'Exceptions', use: 'Modules that throw and catch: C++, Kotlin, PHP.', bytes: [...VOID_FUNCTION, 10, 8, 1, 6, 0, 31, 64, 0, 11, 11] },
  {
    name: 'Exceptions, first version',
    use: 'Modules that throw and catch, from compilers before 2025.',
    bytes: [...VOID_FUNCTION, 10, 8, 1, 6, 0, 6, 64, 25, 11, 11],
  },
  { name: 'Garbage collection', use: 'Modules from Kotlin, Dart, Java and others with objects of their own.', bytes: [...HEADER, 1, 5, 1, 95, 1, 120, 0] },
  {
    name: 'Relaxed SIMD',
    use: 'Modules that reckon faster with vectors, and differ in the last bit between machines.',
    bytes: [...HEADER, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11],
  },
  { name: 'Several memories', use: 'Modules that keep parts of their data apart.', bytes: [...HEADER, 5, 5, 2, 0, 0, 0, 0] },
  { name: 'Memories of 64 bits', use: 'Not used: WASI has no calls for such modules.', bytes: [...HEADER, 5, 3, 1, 4, 1] },
];
