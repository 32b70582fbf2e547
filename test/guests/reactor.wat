;; A preview 1 reactor: it has _initialize in place of _start, so it cannot run as a command.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "\10\00\00\00\06\00\00\00") ;; iovec: the 6 bytes at 16
  (data (i32.const 16) "hello\n")
  (func (export "_initialize"))
  (func (export "hello")
    (drop (call $fd_write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))))
