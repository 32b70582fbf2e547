;; A component that exports wasi:cli/run and answers as a WAGI handler with two lines: "open" when it could open the
;; key-value store "default", else "denied"; and its configuration value "greeting", "-" when there is none, or the error.
(component
  (import "wasi:io/error@0.2.0" (instance $io-error
    (export "error" (type (sub resource)))))
  (alias export $io-error "error" (type $error))
  (import "wasi:io/streams@0.2.0" (instance $streams
    (export "output-stream" (type $output-stream (sub resource)))
    (alias outer 1 $error (type $outer-error))
    (export "error" (type $error' (eq $outer-error)))
    (type $stream-error' (variant (case "last-operation-failed" (own $error')) (case "closed")))
    (export "stream-error" (type $stream-error (eq $stream-error')))
    (export "[method]output-stream.blocking-write-and-flush" (func
      (param "self" (borrow $output-stream))
      (param "contents" (list u8))
      (result (result (error $stream-error)))))))
  (alias export $streams "output-stream" (type $output-stream))
  (import "wasi:cli/stdout@0.2.0" (instance $stdout
    (alias outer 1 $output-stream (type $outer-stream))
    (export "output-stream" (type $stream (eq $outer-stream)))
    (export "get-stdout" (func (result (own $stream))))))
  (import "wasi:keyvalue/store@0.2.0-draft2" (instance $kv
    (export "bucket" (type $bucket (sub resource)))
    (type $e (variant (case "no-such-store") (case "access-denied") (case "other" string)))
    (export "error" (type $error (eq $e)))
    (export "open" (func (param "identifier" string) (result (result (own $bucket) (error $error)))))))
  (import "wasi:config/store@0.2.0-rc.1" (instance $config
    (type $e (variant (case "upstream" string) (case "io" string)))
    (export "error" (type $error (eq $e)))
    (export "get" (func (param "key" string) (result (result (option string) (error $error)))))))

  (core module $memory-module
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 4096))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $at i32)
      (local.set $at (global.get $next))
      (global.set $next (i32.and (i32.add (i32.add (local.get $at) (local.get 3)) (i32.const 7)) (i32.const -8)))
      (local.get $at))
    (data (i32.const 16) "Content-Type: text/plain\n\n")
    (data (i32.const 64) "default")
    (data (i32.const 80) "greeting")
    (data (i32.const 96) "open\n")
    (data (i32.const 112) "denied\n")
    (data (i32.const 128) "-"))
  (core instance $memory (instantiate $memory-module))
  (alias core export $memory "memory" (core memory $mem))
  (alias core export $memory "realloc" (core func $realloc))

  (core func $get-stdout (canon lower (func $stdout "get-stdout")))
  (core func $write (canon lower
    (func $streams "[method]output-stream.blocking-write-and-flush") (memory $mem)))
  (core func $drop (canon resource.drop $output-stream))
  (core func $open (canon lower (func $kv "open") (memory $mem) (realloc $realloc)))
  (core func $get (canon lower (func $config "get") (memory $mem) (realloc $realloc)))

  (core module $program
    (import "host" "get-stdout" (func $get-stdout (result i32)))
    (import "host" "write" (func $write (param i32 i32 i32 i32)))
    (import "host" "drop" (func $drop (param i32)))
    (import "host" "open" (func $open (param i32 i32 i32)))
    (import "host" "get" (func $get (param i32 i32 i32)))
    (import "host" "memory" (memory 1))
    (global $stream (mut i32) (i32.const 0))
    (func $put (param $at i32) (param $length i32)
      (call $write (global.get $stream) (local.get $at) (local.get $length) (i32.const 0)))
    (func (export "run") (result i32)
      (global.set $stream (call $get-stdout))
      (call $put (i32.const 16) (i32.const 26))
      (call $open (i32.const 64) (i32.const 7) (i32.const 256))
      (if (i32.load8_u (i32.const 256))
        (then (call $put (i32.const 112) (i32.const 7)))
        (else (call $put (i32.const 96) (i32.const 5))))
      (call $get (i32.const 80) (i32.const 8) (i32.const 256))
      ;; The value and the text of an error lie at the same place; an absent value is ok(none).
      (if (i32.or (i32.load8_u (i32.const 256)) (i32.load8_u (i32.const 260)))
        (then (call $put (i32.load (i32.const 264)) (i32.load (i32.const 268))))
        (else (call $put (i32.const 128) (i32.const 1))))
      (call $drop (global.get $stream))
      (i32.const 0)))
  (core instance $main (instantiate $program
    (with "host" (instance
      (export "get-stdout" (func $get-stdout))
      (export "write" (func $write))
      (export "drop" (func $drop))
      (export "open" (func $open))
      (export "get" (func $get))
      (export "memory" (memory $mem))))))

  (func $run (result (result)) (canon lift (core func $main "run")))
  (instance $run-instance (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $run-instance)))
