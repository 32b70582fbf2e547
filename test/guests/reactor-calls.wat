;; A preview 1 reactor with a state: `add` gives the sum of all that it was given and of the 10 that _initialize put there.
;; `say` writes "hi" to standard output, `wait` sleeps for 1 ms, `exit` exits with 5, `trap` traps.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (global $sum (mut i32) (i32.const 0))
  (data (i32.const 8) "\10\00\00\00\02\00\00\00hi") ;; iovec: the 2 bytes at 16
  ;; A subscription at 64: userdata 0, clock 1 (monotonic), timeout 1,000,000 ns, relative.
  (data (i32.const 80) "\01\00\00\00\00\00\00\00\40\42\0f\00\00\00\00\00")
  (func (export "_initialize") (global.set $sum (i32.const 10)))
  (func (export "add") (param i32) (result i32)
    (global.set $sum (i32.add (global.get $sum) (local.get 0)))
    (global.get $sum))
  (func (export "say") (result i32) (call $fd_write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))
  (func (export "wait") (result i32) (call $poll_oneoff (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 0)))
  (func (export "exit") (call $proc_exit (i32.const 5)))
  (func (export "trap") unreachable))
