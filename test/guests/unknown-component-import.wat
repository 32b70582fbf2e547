;; A component that exports wasi:http/incoming-handler and imports an interface which no host has.
(component
  (import "acme:rockets/launch@1.0.0" (instance $rockets
    (export "launch" (func (param "count" u32) (result u32)))))
  (import "wasi:http/types@0.2.0" (instance $types
    (export "incoming-request" (type (sub resource)))
    (export "response-outparam" (type (sub resource)))))
  (alias export $types "incoming-request" (type $incoming-request))
  (alias export $types "response-outparam" (type $response-outparam))

  (core func $launch (canon lower (func $rockets "launch")))
  (core func $drop-request (canon resource.drop $incoming-request))
  (core func $drop-outparam (canon resource.drop $response-outparam))

  (core module $program
    (import "host" "launch" (func $launch (param i32) (result i32)))
    (import "host" "drop-request" (func $drop-request (param i32)))
    (import "host" "drop-outparam" (func $drop-outparam (param i32)))
    (func (export "handle") (param $request i32) (param $outparam i32)
      (drop (call $launch (i32.const 3)))
      (call $drop-request (local.get $request))
      (call $drop-outparam (local.get $outparam))))
  (core instance $main (instantiate $program
    (with "host" (instance
      (export "launch" (func $launch))
      (export "drop-request" (func $drop-request))
      (export "drop-outparam" (func $drop-outparam))))))

  (func $handle (param "request" (own $incoming-request)) (param "response-out" (own $response-outparam))
    (canon lift (core func $main "handle")))
  (component $shape
    (import "wasi:http/types@0.2.0" (instance $types
      (export "incoming-request" (type (sub resource)))
      (export "response-outparam" (type (sub resource)))))
    (alias export $types "incoming-request" (type $incoming-request))
    (alias export $types "response-outparam" (type $response-outparam))
    (import "handle" (func $handle
      (param "request" (own $incoming-request)) (param "response-out" (own $response-outparam))))
    (export "incoming-request" (type $incoming-request))
    (export "response-outparam" (type $response-outparam))
    (export "handle" (func $handle)))
  (instance $handler (instantiate $shape
    (with "wasi:http/types@0.2.0" (instance $types))
    (with "handle" (func $handle))))
  (export "wasi:http/incoming-handler@0.2.0" (instance $handler)))
