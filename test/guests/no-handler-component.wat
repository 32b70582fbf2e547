;; A component that computes, but exports neither wasi:http/incoming-handler nor wasi:cli/run.
(component
  (core module $adder
    (func (export "add") (param i32 i32) (result i32)
      local.get 0
      local.get 1
      i32.add))
  (core instance $instance (instantiate $adder))
  (func $add (param "left" s32) (param "right" s32) (result s32)
    (canon lift (core func $instance "add")))
  (instance $math (export "add" (func $add)))
  (export "acme:math/add@1.0.0" (instance $math)))
