/** One thing to do to the browser's cookie store so that scripts see what the response set. */
export interface VisibleChange {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** null: host-only. */
  readonly domain: string | null;
  /** Unix epoch, milliseconds; null: until the browser's session ends. */
  readonly expires: number | null;
  readonly sameSite: 'strict' | 'lax' | 'none';
  /** True: remove it. `value` is then empty. */
  readonly delete: boolean;
}
