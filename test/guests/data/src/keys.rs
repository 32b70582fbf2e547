//! wasi:keyvalue 0.2.0-draft2.

use crate::bindings::wasi::keyvalue0_2_0_draft2::atomics::{self, Cas, CasError};
use crate::bindings::wasi::keyvalue0_2_0_draft2::batch;
use crate::bindings::wasi::keyvalue0_2_0_draft2::store::{self, Bucket, Error};
use crate::{noise, number, split, text_of, Answer};

#[derive(Default)]
pub struct Session {
    bucket: Option<Bucket>,
    cas: Option<Cas>,
}

impl Session {
    pub fn run(&mut self, call: &str, rest: &str) -> Answer {
        let (key, value) = split(rest);
        if call == "open" {
            self.bucket = Some(store::open(rest).map_err(name)?);
            return Ok("open".into());
        }
        if call == "swap" {
            return self.swap(rest);
        }
        if call == "current" {
            let cas = self.cas.as_ref().ok_or("no cas")?;
            return cas.current().map(shown).map_err(name);
        }
        let bucket = self.bucket.as_ref().ok_or("no bucket")?;
        match call {
            "get" => bucket.get(key).map(shown).map_err(name),
            "set" => bucket.set(key, value.as_bytes()).map(done).map_err(name),
            "fill" => bucket.set(key, &vec![b'x'; number(value)]).map(done).map_err(name),
            "noise" => bucket.set(key, &noise(number(value))).map(done).map_err(name),
            "delete" => bucket.delete(key).map(done).map_err(name),
            "exists" => bucket.exists(key).map(|exists| exists.to_string()).map_err(name),
            "list" => {
                let page = bucket.list_keys(Some(key).filter(|cursor| !cursor.is_empty())).map_err(name)?;
                Ok(format!("{} {:?} {}", page.keys.len(), page.cursor, page.keys.join(",").chars().take(200).collect::<String>()))
            }
            // Follows the cursor to the end, deleting each page before it asks for the next when told to.
            "walk" => {
                let (mut cursor, mut keys, mut pages) = (None, Vec::new(), 0);
                loop {
                    let page = bucket.list_keys(cursor.as_deref()).map_err(name)?;
                    pages += 1;
                    if key == "delete" {
                        batch::delete_many(bucket, &page.keys).map_err(name)?;
                    }
                    keys.extend(page.keys);
                    match page.cursor {
                        Some(next) => cursor = Some(next),
                        None => break,
                    }
                }
                let found = keys.len();
                keys.sort();
                keys.dedup();
                Ok(format!("{found} keys, {} different, {pages} pages", keys.len()))
            }
            "inc" => atomics::increment(bucket, key, number(value)).map(|sum| sum.to_string()).map_err(name),
            "cas" => {
                self.cas = Some(Cas::new(bucket, key).map_err(name)?);
                Ok("cas".into())
            }
            // Counts up by compare-and-swap, again after each conflict; answers how many conflicts there were.
            "cas-add" => {
                let (mut cas, mut conflicts) = (Cas::new(bucket, key).map_err(name)?, 0);
                loop {
                    let now: i64 = number(&cas.current().map_err(name)?.map(|bytes| text_of(&bytes)).unwrap_or_default());
                    match atomics::swap(cas, (now + 1).to_string().as_bytes()) {
                        Ok(()) => return Ok(format!("{conflicts} conflicts")),
                        Err(CasError::CasFailed(newer)) => cas = newer,
                        Err(CasError::StoreError(error)) => return Err(name(error)),
                    }
                    conflicts += 1;
                }
            }
            "get-many" => {
                let keys: Vec<String> = rest.split(' ').map(Into::into).collect();
                let pairs = batch::get_many(bucket, &keys).map_err(name)?;
                let texts: Vec<String> = pairs.into_iter().map(|pair| pair.map_or("-".into(), |(key, value)| format!("{key}={}", text_of(&value)))).collect();
                Ok(texts.join(" "))
            }
            "set-many" => {
                let pairs: Vec<(String, Vec<u8>)> = rest.split(' ').filter_map(|pair| pair.split_once('=')).map(|(key, value)| (key.into(), value.into())).collect();
                batch::set_many(bucket, &pairs).map(done).map_err(name)
            }
            // `N PREFIX`: N keys in one call.
            "make-many" => {
                let pairs: Vec<(String, Vec<u8>)> = (0..number::<u32>(key)).map(|index| (format!("{value}{index}"), b"v".to_vec())).collect();
                batch::set_many(bucket, &pairs).map(done).map_err(name)
            }
            "delete-many" => {
                let keys: Vec<String> = rest.split(' ').map(Into::into).collect();
                batch::delete_many(bucket, &keys).map(done).map_err(name)
            }
            _ => Err(format!("no such call: kv.{call}")),
        }
    }

    fn swap(&mut self, value: &str) -> Answer {
        let cas = self.cas.take().ok_or("no cas")?;
        match atomics::swap(cas, value.as_bytes()) {
            Ok(()) => Ok("swapped".into()),
            Err(CasError::CasFailed(newer)) => {
                self.cas = Some(newer);
                Err("cas-failed".into())
            }
            Err(CasError::StoreError(error)) => Err(format!("store-error {}", name(error))),
        }
    }
}

fn done(_: ()) -> String {
    "done".into()
}

fn shown(value: Option<Vec<u8>>) -> String {
    value.map_or("none".into(), |bytes| format!("some {}", text_of(&bytes)))
}

fn name(error: Error) -> String {
    match error {
        Error::NoSuchStore => "no-such-store".into(),
        Error::AccessDenied => "access-denied".into(),
        Error::Other(text) => format!("other {text}"),
    }
}
