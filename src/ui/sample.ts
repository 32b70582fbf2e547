import type { AppSpecInput } from '../core/app.ts';

/** A guest of `examples/` that the panel offers to run. Its module is a file of the build: fetched when asked for, there without a network. */
export interface Sample {
  /** Its folder in `examples/`, and the name of its App unless that is taken. */
  name: string;
  title: string;
  /** What a person gets. */
  sentence: string;
  language: 'C' | 'Rust';
  abi: 'wagi' | 'wasi-http';
  /** Address of the module, relative to nothing. */
  wasmUrl: string;
  sizeKiB: number;
  /** The App's spec without its module and routes. */
  spec: Omit<AppSpecInput, 'source' | 'routes'>;
  /** What follows the App's address to get a picture from it; null when it draws none. */
  picture: string | null;
}
