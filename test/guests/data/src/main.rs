//! A WAGI component that does what the lines of the request body say with wasi:keyvalue, wasi:blobstore, wasi:config and
//! wasi:logging, and answers one line for each: what the call gave, as text. `repeat N LINE` does LINE N times and answers its last.
//! A word is a key, a name or a number; the rest of a line is a value. Errors are answered as `err NAME TEXT`.
//! Built by `node examples/build.mjs guest-data`.

mod bindings {
    wit_bindgen::generate!({ path: "wit", world: "data", generate_all });
}
mod blobs;
mod keys;
mod older;

use bindings::wasi::config0_2_0_draft::runtime;
use bindings::wasi::config0_2_0_rc_1::store as config;
use bindings::wasi::logging::logging::{log, Level};
use std::io::{Read, Write};

/// What a call gave, or the error that it answered.
pub type Answer = Result<String, String>;

#[derive(Default)]
struct Session {
    keys: keys::Session,
    older: older::Session,
    blobs: blobs::Session,
}

fn main() {
    let mut script = String::new();
    let _ = std::io::stdin().read_to_string(&mut script);
    let mut session = Session::default();
    let mut stdout = std::io::stdout();
    let _ = stdout.write_all(b"Content-Type: text/plain\n\n");
    for line in script.lines() {
        let answer = run(&mut session, line).unwrap_or_else(|error| format!("err {error}"));
        // A line at a time: a test may stop the guest between two.
        if writeln!(stdout, "{answer}").and_then(|()| stdout.flush()).is_err() {
            return;
        }
    }
}

fn run(session: &mut Session, line: &str) -> Answer {
    let (name, rest) = split(line);
    match name {
        "repeat" => {
            let (times, line) = split(rest);
            let mut last = Ok(String::new());
            for _ in 0..number(times) {
                last = run(session, line);
            }
            last
        }
        "config" => config::get(rest).map(|value| format!("{value:?}")).map_err(|error| format!("{error:?}")),
        "config-all" => config::get_all().map(|values| format!("{values:?}")).map_err(|error| format!("{error:?}")),
        "runtime" => runtime::get(rest).map(|value| format!("{value:?}")).map_err(|error| format!("{error:?}")),
        "runtime-all" => runtime::get_all().map(|values| format!("{values:?}")).map_err(|error| format!("{error:?}")),
        "log" => {
            let (context, message) = split(rest);
            for level in [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Critical] {
                log(level, context, message);
            }
            Ok("logged".into())
        }
        _ => match name.split_once('.') {
            Some(("kv", call)) => session.keys.run(call, rest),
            Some(("kv1", call)) => session.older.run(call, rest),
            Some(("blob", call)) => session.blobs.run(call, rest),
            _ => Err(format!("no such call: {name}")),
        },
    }
}

/// The first word of `line`, and the rest.
pub fn split(line: &str) -> (&str, &str) {
    line.split_once(' ').unwrap_or((line, ""))
}

pub fn number<T: std::str::FromStr + Default>(text: &str) -> T {
    text.parse().unwrap_or_default()
}

/// Bytes that nothing can compress, the same every time (xorshift64).
pub fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        })
        .collect()
}

/// Short values as text, long ones as their length.
pub fn text_of(bytes: &[u8]) -> String {
    if bytes.len() > 256 {
        return format!("{} bytes", bytes.len());
    }
    String::from_utf8_lossy(bytes).into_owned()
}
