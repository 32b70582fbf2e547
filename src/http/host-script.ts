export function shouldInject(_: unknown): boolean { return false; }
export function hostScriptInjector(_: unknown, __: (outcome: { type: 'inserted' } | { type: 'left-alone'; reason: string }) => void): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> { return new TransformStream(); }
