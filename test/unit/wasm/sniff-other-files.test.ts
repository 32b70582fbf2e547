import { describe, expect, it } from 'vitest';
import { bytesOf, CORE_PREAMBLE, refusalOf } from './assemble.ts';

const tar = new Uint8Array(512);
tar.set(bytesOf('ustar'), 257);

describe('sniffModule of what is not WebAssembly', () => {
  it.each<[string, Uint8Array<ArrayBuffer>, RegExp, RegExp]>([
    ['an empty file', bytesOf(), /^This file is empty/, /again/],
    ['WebAssembly text', bytesOf(';; hello\n(; a (module) ;)\n  (module (memory 1))'), /WebAssembly text/, /wat2wasm/],
    ['component text', bytesOf('(component\n)'), /text \(WAT\) of a component/, /wasm-tools parse/],
    ['base64', bytesOf('AGFzbQEAAAA='), /base64/, /base64 -d/],
    ['HTML', bytesOf('\ufeff<!DOCTYPE html><title>404</title>'), /HTML page/, /\.wasm/],
    ['JSON', bytesOf('{"message": "not found"}'), /JSON/, /\.wasm/],
    ['an App manifest', bytesOf('# mine\napiVersion: swerve.dev/v1\nkind: App\n'), /App manifest/, /spec\.source/],
    ['PHP', bytesOf('<?php echo 1;'), /PHP script/, /spec\.files/],
    ['SVG', bytesOf('<svg xmlns="http://www.w3.org/2000/svg"/>'), /SVG/, /\.wasm/],
    ['a Python script', bytesOf('#!/usr/bin/env python3\nprint(1)'), /script/, /interpreter/],
    ['Python', bytesOf('import os\n\ndef main(argv):\n    pass\n'), /Python/, /interpreter/],
    ['C', bytesOf('// a\n#include <stdio.h>\nint main() {}'), /C or C\+\+ source/, /clang/],
    ['Go', bytesOf('// a\npackage main\n\nimport "fmt"\n'), /Go source/, /wasip1/],
    ['Rust', bytesOf('use std::io;\nfn main() {\n}\n'), /Rust source/, /wasm32-wasip1/],
    ['WIT', bytesOf('package wasi:http@0.2.0;\n\ninterface types {}'), /WIT/, /world/],
    ['JavaScript', bytesOf('// hello\nexport const x = 1;\n'), /JavaScript/, /jco componentize/],
    ['a fetch listener', bytesOf("addEventListener('fetch', (event) => event.respondWith(new Response()));"), /JavaScript/, /jco componentize/],
    ['other text', bytesOf('Dear all,\nplease find attached'), /^This is a text file/, /\.wasm/],
    ['PNG', bytesOf(0x89, 'PNG\r\n', 0x1a, '\n'), /PNG image/, /\.wasm/],
    ['JPEG', bytesOf([0xff, 0xd8, 0xff, 0xe0]), /JPEG image/, /\.wasm/],
    ['GIF', bytesOf('GIF89a'), /GIF image/, /\.wasm/],
    ['WebP', bytesOf('RIFF', [1, 0, 0, 0], 'WEBPVP8 '), /WebP image/, /\.wasm/],
    ['PDF', bytesOf('%PDF-1.7\n', [0xe2]), /PDF document/, /\.wasm/],
    ['zip', bytesOf('PK', [3, 4, 20, 0]), /zip archive.*does not unpack/, /Unpack/],
    ['gzip', bytesOf([0x1f, 0x8b, 8, 0]), /gzip/, /gunzip/],
    ['zstd', bytesOf([0x28, 0xb5, 0x2f, 0xfd, 0]), /zstd/, /Unpack/],
    ['tar', tar, /tar archive/, /Unpack/],
    ['a static library', bytesOf('!<arch>\n'), /static library/, /Link/],
    ['ELF', bytesOf([0x7f], 'ELF', [2, 1, 1, 0]), /Linux ELF/, /wasm32-wasip1/],
    ['a Wasmtime file', bytesOf([0x7f], 'ELF', [2, 1, 1, 200]), /Wasmtime/, /\.wasm/],
    ['Mach-O', bytesOf([0xcf, 0xfa, 0xed, 0xfe, 7]), /Mach-O/, /wasm32-wasip1/],
    ['universal Mach-O', bytesOf([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2]), /Mach-O/, /wasm32-wasip1/],
    ['a Java class', bytesOf([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61]), /Java/, /\.wasm/],
    ['PE', bytesOf('MZ', [0x90, 0]), /Windows PE/, /wasm32-wasip1/],
    ['LLVM bitcode', bytesOf('BC', [0xc0, 0xde, 1]), /LLVM bitcode/, /clang/],
    ['other bytes', bytesOf([1, 2, 3, 4, 5]), /begins with 01 02 03 04 instead of 00 61 73 6d/, /\.wasm/],
    ['part of the magic', bytesOf(CORE_PREAMBLE.slice(0, 3)), /cut short/, /again/],
    ['part of the preamble', bytesOf(CORE_PREAMBLE.slice(0, 6)), /cut short after 6 bytes/, /again/],
    ['an unknown version', bytesOf([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]), /version 2 and layer 0/, /current toolchain/],
    ['an old component format', bytesOf([0, 0x61, 0x73, 0x6d, 0x0a, 0, 1, 0]), /unfinished binary format 0xa/, /WASI 0\.2/],
  ])('%s is named and refused with a way out', async (_, bytes, found, fix) => {
    const refusal = await refusalOf(bytes);
    expect(refusal.found).toMatch(found);
    expect(refusal.fix).toMatch(fix);
    expect(refusal.runs).toMatch(/^Swerve runs WASI preview 1 commands/);
  });

  it('tells text by a head that cuts a character in two', async () => {
    expect((await refusalOf(bytesOf(`${'a'.repeat(4095)}é`))).found).toMatch(/text file/);
  });
});
