;; A command of WASI preview 0, which went by the module name wasi_unstable.
(module
  (import "wasi_unstable" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "\10\00\00\00\1d\00\00\00") ;; iovec: the 29 bytes at 16
  (data (i32.const 16) "Content-Type: text/plain\n\nok\n")
  (func (export "_start")
    (drop (call $fd_write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))))
