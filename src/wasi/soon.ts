/** A value, or the promise of one where it has to be waited for: what answers at once never leaves wasm. */
export type Soon<T> = T | Promise<T>;

/** What `use` makes of `value`: at once when it is here, else once it has come. */
export function andThen<T, U>(value: Soon<T>, use: (value: T) => Soon<U>): Soon<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}

/** All of `values`, in their order. */
export function allSoon<T>(values: readonly Soon<T>[]): Soon<T[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as T[]);
}
