;; A command that imports two functions which no WASI version has.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "env" "mystery" (func $mystery (result i32)))
  (import "acme_v1" "launch" (func $launch (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (call $launch (call $mystery))
    (call $proc_exit (i32.const 0))))
