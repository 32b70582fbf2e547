;; A valid core module that imports nothing and is no WASI command: there is nothing that could serve.
(module
  (func (export "add") (param i32 i32) (result i32)
    local.get 0
    local.get 1
    i32.add))
