import { WASM_MAGIC } from './binary.ts';
import type { Refusal } from './refusal.ts';

const BUILD = 'Compile the program for wasm32-wasip1 (for example "cargo build --target wasm32-wasip1") and drop the .wasm file that comes out.';
const UNPACK = 'Unpack it and drop the .wasm file from inside.';
const DROP_WASM = 'Drop a .wasm file instead.';

interface Signature {
  readonly bytes: readonly number[] | string;
  readonly at?: number;
  readonly found: string;
  readonly fix: string;
}

const image = (kind: string) => ({ found: `This is a ${kind} image, not WebAssembly.`, fix: DROP_WASM });
const nativeProgram = (kind: string) => ({ found: `This is a native program (${kind}), not WebAssembly.`, fix: BUILD });
const packed = (kind: string) => ({ found: `This is a ${kind} archive, not WebAssembly; Swerve does not unpack it.`, fix: UNPACK });
const bitcode = {
  found: 'This is LLVM bitcode, not WebAssembly: a step on the way to a module.',
  fix: 'Let the compiler finish: clang --target=wasm32-wasip1 (without -emit-llvm or -flto -c) and link the result.',
};

const SIGNATURES: readonly Signature[] = [
  { bytes: '\x89PNG\r\n\x1a\n', ...image('PNG') },
  { bytes: [0xff, 0xd8, 0xff], ...image('JPEG') },
  { bytes: 'GIF8', ...image('GIF') },
  { bytes: 'WEBP', at: 8, ...image('WebP') },
  { bytes: '%PDF-', found: 'This is a PDF document, not WebAssembly.', fix: DROP_WASM },
  { bytes: 'PK\x03\x04', ...packed('zip') },
  { bytes: 'PK\x05\x06', ...packed('zip') },
  {
    bytes: [0x1f, 0x8b],
    found: 'This is gzip-compressed, not WebAssembly; Swerve does not unpack it.',
    fix: 'Unpack it (gunzip, or tar -xzf for a .tar.gz) and drop the .wasm file.',
  },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], ...packed('zstd') },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], ...packed('xz') },
  { bytes: 'BZh', ...packed('bzip2') },
  { bytes: '7z\xbc\xaf', ...packed('7-Zip') },
  { bytes: 'ustar', at: 257, ...packed('tar') },
  {
    bytes: '!<arch>\n',
    found: 'This is a static library (.a archive), not a WebAssembly module.',
    fix: 'Link it into a program: clang --target=wasm32-wasip1 main.o lib.a -o program.wasm.',
  },
  { bytes: [0x42, 0x43, 0xc0, 0xde], ...bitcode },
  { bytes: [0xde, 0xc0, 0x17, 0x0b], ...bitcode },
  { bytes: 'MZ', ...nativeProgram('Windows PE') },
  { bytes: [0xfe, 0xed, 0xfa, 0xce], ...nativeProgram('macOS Mach-O') },
  { bytes: [0xfe, 0xed, 0xfa, 0xcf], ...nativeProgram('macOS Mach-O') },
  { bytes: [0xce, 0xfa, 0xed, 0xfe], ...nativeProgram('macOS Mach-O') },
  { bytes: [0xcf, 0xfa, 0xed, 0xfe], ...nativeProgram('macOS Mach-O') },
];

/** How many bytes of a file are looked at to say what kind of text it is. */
const TEXT_HEAD_BYTES = 4096;

interface TextKind {
  readonly pattern: RegExp;
  readonly found: string;
  readonly fix: string;
}

const source = (language: string, fix: string) => ({ found: `This is ${language} source text, not a compiled module.`, fix });

/** Tried in order on the trimmed head of a text; the first that matches names it. */
const TEXTS: readonly TextKind[] = [
  {
    pattern: /^\(\s*module\b/,
    found: 'This is WebAssembly text (WAT), not a binary module.',
    fix: 'Assemble it with wat2wasm or "wasm-tools parse" and drop the .wasm file.',
  },
  {
    pattern: /^\(\s*component\b/,
    found: 'This is WebAssembly text (WAT) of a component, not a binary component.',
    fix: 'Assemble it with "wasm-tools parse" (wat2wasm does not know components) and drop the .wasm file.',
  },
  { pattern: /^AGFzbQ/, found: 'This is a WebAssembly binary written as base64 text.', fix: 'Decode it first: base64 -d < file > module.wasm.' },
  {
    pattern: /^<(?:!doctype\s+html|html|head|body)\b/i,
    found: 'This is an HTML page, not WebAssembly; a download that failed often leaves one.',
    fix: 'Open it to see what it says, then fetch the .wasm file itself.',
  },
  {
    pattern: /^<\?php\b/,
    found: 'This is a PHP script, not WebAssembly.',
    fix: 'Deploy a php-cgi.wasm interpreter and hand it the script in spec.files.',
  },
  { pattern: /^<(?:\?xml|svg)\b/, found: 'This is XML or SVG text, not WebAssembly.', fix: DROP_WASM },
  {
    pattern: /(?:^|\n)["']?apiVersion["']?:\s*["']?swerve\.dev\//,
    found: 'This is an App manifest, not WebAssembly.',
    fix: 'Upload the .wasm file first, put its digest in spec.source and apply the manifest.',
  },
  { pattern: /^[[{]/, found: 'This is JSON text, not WebAssembly.', fix: DROP_WASM },
  {
    pattern: /^#!.*\b(?:python|ruby|node|php|sh|bash)/,
    found: 'This is a script, not WebAssembly.',
    fix: 'Deploy its interpreter compiled for WASI and hand it the script in spec.files.',
  },
  {
    pattern: /^package\s+[a-z][a-z0-9-]*:[a-z][a-z0-9-]*[^\n]*;/m,
    found: 'This is a WIT interface description, not a component.',
    fix: 'Implement its world (wit-bindgen, jco componentize, cargo build --target wasm32-wasip2) and drop the .wasm file.',
  },
  { pattern: /^\s*#include\s*[<"]/m, ...source('C or C++', 'Compile it: clang --target=wasm32-wasip1 handler.c -o handler.wasm (wasi-sdk).') },
  { pattern: /^package\s+\w+\s*$/m, ...source('Go', 'Compile it: GOOS=wasip1 GOARCH=wasm go build -o handler.wasm.') },
  { pattern: /^\s*(?:pub\s+)?fn\s+\w+\s*[(<]|^use\s+\w+::/m, ...source('Rust', 'Compile it: cargo build --release --target wasm32-wasip1.') },
  {
    pattern: /^(?:def|class)\s+\w+.*:\s*$|^from\s+\S+\s+import\s/m,
    ...source('Python', 'Deploy a Python interpreter compiled for WASI and hand it the script in spec.files, or make a component with componentize-py.'),
  },
  {
    pattern:
      /^\s*(?:import\s*[\w{*"']|export\s|const\s|let\s|var\s|function[\s*]|async\s+function|class\s+\w+|['"]use strict['"]|\(\s*(?:async\s*)?(?:function|\(\)\s*=>))|\baddEventListener\(/m,
    ...source('JavaScript or TypeScript', 'Make a component of it: jco componentize handler.js --wit wit --world-name proxy -o handler.wasm.'),
  },
];

/** Those that text does not hold, escape excepted. */
const CONTROL_CHARACTERS = /[\x00-\x08\x0e-\x1a\x1c-\x1f]/;

function holds(bytes: Uint8Array, signature: Signature): boolean {
  const { bytes: expected, at = 0 } = signature;
  for (let index = 0; index < expected.length; index++) {
    const byte = typeof expected === 'string' ? expected.charCodeAt(index) : expected[index];
    if (bytes[at + index] !== byte) return false;
  }
  return true;
}

/** The head of `bytes` as text, or null when it is binary. */
function textHead(bytes: Uint8Array<ArrayBuffer>): string | null {
  const head = bytes.subarray(0, TEXT_HEAD_BYTES);
  try {
    // stream: a character that the cut went through is not an error.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return CONTROL_CHARACTERS.test(text) ? null : text;
  } catch {
    // Not UTF-8: binary, which null says.
    return null;
  }
}

function withoutComments(text: string): string {
  let rest = text.trimStart();
  for (;;) {
    // WAT's comments only: `;; line` and `(; block ;)`. Other languages are told by their lines, wherever those stand.
    const comment = /^(?:;;[^\n]*(?:\n|$)|\(;[\s\S]*?;\))/.exec(rest);
    if (comment === null) return rest;
    rest = rest.slice(comment[0].length).trimStart();
  }
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** Says what a file that does not begin with the WebAssembly magic is, by its contents alone: its name is never looked at. */
export function identifyOther(bytes: Uint8Array<ArrayBuffer>): Refusal {
  if (bytes.length === 0) return { found: 'This file is empty (0 bytes).', fix: 'Build or download it again, and drop the .wasm file.', offset: 0 };
  if (bytes.length < WASM_MAGIC.length && WASM_MAGIC.every((byte, index) => index >= bytes.length || bytes[index] === byte)) {
    return {
      found: `This file is ${bytes.length} bytes of the beginning of a WebAssembly file: it is cut short.`,
      fix: 'Build or download it again.',
      offset: bytes.length,
    };
  }
  if (holds(bytes, { bytes: '\x7fELF', found: '', fix: '' })) {
    // EI_OSABI 200: what "wasmtime compile" writes into its .cwasm files.
    if (bytes[7] === 200)
      return { found: 'This is a module precompiled by Wasmtime (.cwasm), which is native code.', fix: 'Drop the .wasm file that it was made from.' };
    return { ...nativeProgram('Linux ELF'), offset: 0 };
  }
  if (holds(bytes, { bytes: [0xca, 0xfe, 0xba, 0xbe], found: '', fix: '' })) {
    // A universal Mach-O file and a Java class share the magic; the next number is a count of architectures or a version of at least 45.
    const next = ((bytes[4] ?? 0) << 24) | ((bytes[5] ?? 0) << 16) | ((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0);
    if (next >= 45) return { found: 'This is a Java class file, not WebAssembly.', fix: DROP_WASM, offset: 0 };
    return { ...nativeProgram('macOS Mach-O'), offset: 0 };
  }
  for (const signature of SIGNATURES) if (holds(bytes, signature)) return { found: signature.found, fix: signature.fix, offset: 0 };
  const head = textHead(bytes);
  if (head !== null) {
    const text = withoutComments(head);
    for (const kind of TEXTS) if (kind.pattern.test(text)) return { found: kind.found, fix: kind.fix, offset: 0 };
    return { found: 'This is a text file, not WebAssembly.', fix: DROP_WASM, offset: 0 };
  }
  return {
    found: `This is not WebAssembly: it begins with ${hexOf(bytes.subarray(0, 4))} instead of 00 61 73 6d.`,
    fix: DROP_WASM,
    offset: 0,
  };
}
