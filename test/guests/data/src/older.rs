//! wasi:keyvalue 0.2.0-draft: what it has otherwise than the newer draft.

use crate::bindings::wasi::keyvalue0_2_0_draft::atomics;
use crate::bindings::wasi::keyvalue0_2_0_draft::store::{self, Bucket, Error};
use crate::{number, split, text_of, Answer};

#[derive(Default)]
pub struct Session {
    bucket: Option<Bucket>,
}

impl Session {
    pub fn run(&mut self, call: &str, rest: &str) -> Answer {
        let (key, value) = split(rest);
        if call == "open" {
            self.bucket = Some(store::open(rest).map_err(name)?);
            return Ok("open".into());
        }
        let bucket = self.bucket.as_ref().ok_or("no bucket")?;
        match call {
            "get" => bucket.get(key).map(|value| value.map_or("none".into(), |bytes| format!("some {}", text_of(&bytes)))).map_err(name),
            "set" => bucket.set(key, value.as_bytes()).map(|()| "done".into()).map_err(name),
            "delete" => bucket.delete(key).map(|()| "done".into()).map_err(name),
            "exists" => bucket.exists(key).map(|exists| exists.to_string()).map_err(name),
            "inc" => atomics::increment(bucket, key, number(value)).map(|sum| sum.to_string()).map_err(name),
            "walk" => {
                let (mut cursor, mut found, mut pages) = (None, 0, 0);
                loop {
                    let page = bucket.list_keys(cursor).map_err(name)?;
                    found += page.keys.len();
                    pages += 1;
                    match page.cursor {
                        Some(next) => cursor = Some(next),
                        None => return Ok(format!("{found} keys, {pages} pages")),
                    }
                }
            }
            _ => Err(format!("no such call: kv1.{call}")),
        }
    }
}

fn name(error: Error) -> String {
    match error {
        Error::NoSuchStore => "no-such-store".into(),
        Error::AccessDenied => "access-denied".into(),
        Error::Other(text) => format!("other {text}"),
    }
}
