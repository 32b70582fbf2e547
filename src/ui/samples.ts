import clockUrl from '../../examples/clock/clock.wasm?url';
import filesUrl from '../../examples/files/files.wasm?url';
import aboutPage from '../../examples/files/site/about.html?raw';
import startPage from '../../examples/files/site/index.html?raw';
import picture from '../../examples/files/site/picture.svg?raw';
import style from '../../examples/files/site/style.css?raw';
import fractalUrl from '../../examples/fractal/fractal.wasm?url';
import helloCUrl from '../../examples/hello-c/hello-c.wasm?url';
import helloRustUrl from '../../examples/hello-rust/hello-rust.wasm?url';
import qrUrl from '../../examples/qr/qr.wasm?url';
import streamRustUrl from '../../examples/stream-rust/stream-rust.wasm?url';
import type { Sample } from './sample.ts';

/** The gallery, in its order. */
export const SAMPLES: readonly Sample[] = [
  {
    name: 'fractal',
    title: 'Fractal map',
    sentence: 'Drag and zoom without end: every tile is one request, drawn as it is asked for.',
    language: 'Rust',
    abi: 'wagi',
    wasmUrl: fractalUrl,
    sizeKiB: 120,
    spec: { scale: { max: 3, concurrency: 2 }, limits: { queue: 512 } },
    picture: '?z=8&x=178.2&y=126.5&size=384',
  },
  {
    name: 'clock',
    title: 'Clock',
    sentence: 'One answer that never ends: the time arrives second by second as server-sent events.',
    language: 'C',
    abi: 'wagi',
    wasmUrl: clockUrl,
    sizeKiB: 38,
    spec: {},
    picture: '?svg',
  },
  {
    name: 'qr',
    title: 'QR codes',
    sentence: 'A small service: text in, an SVG out, with each key stroke.',
    language: 'Rust',
    abi: 'wagi',
    wasmUrl: qrUrl,
    sizeKiB: 77,
    spec: {},
    picture: '?text=It%20answers%20HTTP.',
  },
  {
    name: 'files',
    title: 'Static site',
    sentence: 'A file server: the files of the site are in the App’s settings. Put in your own.',
    language: 'Rust',
    abi: 'wagi',
    wasmUrl: filesUrl,
    sizeKiB: 80,
    spec: {
      files: [
        { path: '/index.html', text: startPage },
        { path: '/about.html', text: aboutPage },
        { path: '/style.css', text: style },
        { path: '/picture.svg', text: picture },
      ],
    },
    picture: '/picture.svg',
  },
  {
    name: 'stream',
    title: 'Streams',
    sentence: 'A component with a dozen endpoints: events, echo, uploads, clocks, headers.',
    language: 'Rust',
    abi: 'wasi-http',
    wasmUrl: streamRustUrl,
    sizeKiB: 127,
    spec: {},
    picture: null,
  },
  {
    name: 'hello-c',
    title: 'Hello from C',
    sentence: 'A page, JSON and an echo in one file of plain C. A good one to start from.',
    language: 'C',
    abi: 'wagi',
    wasmUrl: helloCUrl,
    sizeKiB: 18,
    spec: { env: { GREETING: 'Hello' } },
    picture: null,
  },
  {
    name: 'hello-rust',
    title: 'Hello from Rust',
    sentence: 'The same with Rust’s standard library alone: read the environment, print the answer.',
    language: 'Rust',
    abi: 'wagi',
    wasmUrl: helloRustUrl,
    sizeKiB: 63,
    spec: { env: { GREETING: 'Hello' } },
    picture: null,
  },
];
