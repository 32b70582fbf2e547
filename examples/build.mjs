// node examples/build.mjs [name...]
// Rebuilds the wasm files that are committed beside their sources: the samples in this folder and the
// fixtures in test/guests. Without a name, all of them. README.md here lists what it needs.
//
// Environment, for toolchains that are not where this script looks:
//   CC, CFLAGS      a C compiler for WASI preview 1, and the flags that make it one
//   WASI_SDK_PATH   a WASI SDK, used when CC is not set
//   CARGO, RUSTC    other programs than the ones on PATH
//   CARGO_FLAGS     added to `cargo build`, for example "-Z build-std=std,panic_abort"
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const { env } = process;
const examples = fileURLToPath(new URL('.', import.meta.url));
const guests = fileURLToPath(new URL('../test/guests/', import.meta.url));

const words = (text) => text.split(/\s+/).filter(Boolean);

/** What `command` printed, or null when it cannot be run. */
function probe(command, ...args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', ...options });
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')}: ${error?.message ?? `exit code ${status}`}`);
}

function cCompiler() {
  if (env.CC) return { command: env.CC, flags: words(env.CFLAGS ?? '--target=wasm32-wasip1') };
  if (env.WASI_SDK_PATH) return { command: join(env.WASI_SDK_PATH, 'bin', 'clang'), flags: ['--target=wasm32-wasip1'] };
  for (const version of [19, 20, 18, 17, 16]) {
    const command = `clang-${version}`;
    // Debian puts the headers and libraries of wasi-libc below /usr, under the older name of the target.
    if (probe(command, '--version') !== null && existsSync('/usr/lib/wasm32-wasi')) {
      return { command, flags: ['--target=wasm32-wasi', '--sysroot=/usr'] };
    }
  }
  throw new Error(
    'No C compiler for WASI. On Debian: apt install clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32. ' +
      'Elsewhere: unpack a release of https://github.com/WebAssembly/wasi-sdk and set WASI_SDK_PATH to it.',
  );
}

function compileC(source, out) {
  const { command, flags } = cCompiler();
  run(command, [...flags, '-std=c11', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Oz', '-s', '-o', out, source]);
  // Linkers mark what they write as executable; a module is not.
  run('chmod', ['644', out]);
  return [out];
}

const c = (name, source) => async () => compileC(join(examples, name, source), join(examples, name, `${name}.wasm`));
const guestC = (name) => async () => compileC(join(guests, `${name}.c`), join(guests, `${name}.wasm`));

/** `name.c` as a preview 1 command, and the same as a component, by the adapter that jco carries. */
const guestCAndComponent = (name) => async () => {
  const [core] = compileC(join(guests, `${name}.c`), join(guests, `${name}.wasm`));
  const { componentNew } = await import('@bytecodealliance/jco-transpile/wasm-tools');
  const adapter = await readFile(new URL('../node_modules/@bytecodealliance/jco/lib/wasi_snapshot_preview1.command.wasm', import.meta.url));
  const component = join(guests, `${name}.component.wasm`);
  await writeFile(component, await componentNew(await readFile(core), [['wasi_snapshot_preview1', adapter]]));
  return [core, component];
};

function cargoBuild(folder, target) {
  const cargo = env.CARGO ?? 'cargo';
  const rustc = env.RUSTC ?? 'rustc';
  const extra = words(env.CARGO_FLAGS ?? '');
  const sysroot = probe(rustc, '--print', 'sysroot');
  if (sysroot === null || probe(cargo, '--version') === null) {
    throw new Error(`No Rust. Install it with https://rustup.rs, then: rustup target add ${target}`);
  }
  const targetLibraries = probe(rustc, '--print', 'target-libdir', '--target', target);
  const buildsStd = extra.some((flag) => flag.includes('build-std'));
  if (!buildsStd && (targetLibraries === null || !existsSync(targetLibraries))) {
    throw new Error(`Rust has no standard library for ${target}. With rustup: rustup target add ${target}`);
  }
  // Panic messages name source files; without this a module would carry the paths of the machine that built it.
  const remap = [`--remap-path-prefix=${sysroot}=/rust`, `--remap-path-prefix=${env.CARGO_HOME ?? join(homedir(), '.cargo')}=/cargo`];
  run(cargo, ['build', '--release', '--target', target, ...extra], {
    cwd: folder,
    env: { ...env, RUSTFLAGS: [env.RUSTFLAGS ?? '', ...remap].join(' ').trim() },
  });
  return join(env.CARGO_TARGET_DIR ?? join(folder, 'target'), target, 'release');
}

const rust = (name, target) => async () => {
  const folder = join(examples, name);
  // Cargo names a program as its package, and a library with underscores.
  const built = target === 'wasm32-wasip2' ? name.replaceAll('-', '_') : name;
  const out = join(folder, `${name}.wasm`);
  await writeFile(out, await readFile(join(cargoBuild(folder, target), `${built}.wasm`)));
  return [out];
};

/** In Rust: its folder below test/guests, the module beside it. */
const guestRust = (name, target) => async () => {
  const out = join(guests, `${name}.wasm`);
  await writeFile(out, await readFile(join(cargoBuild(join(guests, name), target), `${name}.wasm`)));
  return [out];
};

async function wat() {
  // Imported here, so that the samples can be built before npm install has run.
  const { parse } = await import('@bytecodealliance/jco-transpile/wasm-tools').catch((cause) => {
    throw new Error('No @bytecodealliance/jco-transpile. Run: npm install', { cause });
  });
  const outs = [];
  for (const file of (await readdir(guests)).filter((file) => file.endsWith('.wat')).sort()) {
    const out = join(guests, file.replace(/\.wat$/, '.wasm'));
    await writeFile(out, await parse(await readFile(join(guests, file), 'utf8')));
    outs.push(out);
  }
  return outs;
}

const builds = {
  'hello-c': c('hello-c', 'hello.c'),
  clock: c('clock', 'clock.c'),
  misbehave: c('misbehave', 'misbehave.c'),
  'hello-rust': rust('hello-rust', 'wasm32-wasip1'),
  fractal: rust('fractal', 'wasm32-wasip1'),
  qr: rust('qr', 'wasm32-wasip1'),
  files: rust('files', 'wasm32-wasip1'),
  'stream-rust': rust('stream-rust', 'wasm32-wasip2'),
  'misbehave-http': rust('misbehave-http', 'wasm32-wasip2'),
  guests: wat,
  'guest-forward': guestRust('forward', 'wasm32-wasip2'),
  'guest-headers': guestC('headers'),
  'guest-preview1': guestC('preview1'),
  'guest-data': guestRust('data', 'wasm32-wasip2'),
  'guest-volume-files': guestCAndComponent('volume-files'),
  'guest-handler3': guestRust('handler3', 'wasm32-wasip2'),
};

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(builds);
for (const name of names) {
  const build = builds[name];
  if (!build) {
    console.error(`${name}: no such sample. There are: ${Object.keys(builds).join(', ')}`);
    process.exitCode = 1;
    continue;
  }
  try {
    for (const out of await build()) {
      const bytes = await readFile(out);
      const digest = createHash('sha256').update(bytes).digest('hex');
      console.log(`${relative(process.cwd(), out)}  ${bytes.length} bytes  sha256:${digest}`);
    }
  } catch (error) {
    // One missing toolchain should not keep the others from building.
    console.error(`${name}: ${error.message}`);
    process.exitCode = 1;
  }
}
