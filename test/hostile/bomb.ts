/**
 * The text of a component of about a kilobyte, whose components each instantiate the one inside `width` times: width^levels
 * instances, for each of which a transpiler writes code. It exports wasi:cli/run.
 */
export function componentBomb(levels: number, width: number): string {
  const all = (of: number) => Array.from({ length: width }, (_, index) => `(instance $x${index} (instantiate $c${of}))`).join(' ');
  const run = '(alias export $x0 "run" (func $run)) (export "run" (func $run))';
  let inner = `(component $c0 (core module $m (func (export "run") (result i32) (i32.const 0))) (core instance $i (instantiate $m))
    (func $run (result (result)) (canon lift (core func $i "run"))) (export "run" (func $run)))`;
  for (let level = 1; level <= levels; level++) inner = `(component $c${level} ${inner} ${all(level - 1)} ${run})`;
  return `(component ${inner} (instance $z (instantiate $c${levels})) (alias export $z "run" (func $run))
    (instance $r (export "run" (func $run))) (export "wasi:cli/run@0.2.0" (instance $r)))`;
}
