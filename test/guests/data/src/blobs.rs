//! wasi:blobstore 0.2.0-draft.

use crate::bindings::wasi::blobstore::blobstore::{self, ObjectId};
use crate::bindings::wasi::blobstore::container::{Container, StreamObjectNames};
use crate::bindings::wasi::blobstore::types::{IncomingValue, OutgoingValue};
use crate::bindings::wasi::io::streams::{OutputStream, StreamError};
use crate::{noise, number, split, text_of, Answer};

const PIECE_BYTES: usize = 4096;

#[derive(Default)]
pub struct Session {
    names: Option<StreamObjectNames>,
    container: Option<Container>,
    kept: Option<IncomingValue>,
}

impl Session {
    pub fn run(&mut self, call: &str, rest: &str) -> Answer {
        let (first, value) = split(rest);
        match call {
            "create" => {
                self.container = Some(blobstore::create_container(rest)?);
                return Ok("created".into());
            }
            "open" => {
                self.container = Some(blobstore::get_container(rest)?);
                return Ok("open".into());
            }
            "drop" => return blobstore::delete_container(rest).map(done),
            "container-exists" => return blobstore::container_exists(rest).map(|exists| exists.to_string()),
            "copy" => return blobstore::copy_object(&object(first), &object(value)).map(done),
            "move" => return blobstore::move_object(&object(first), &object(value)).map(done),
            // A value that no container is told of.
            "value" => return write(OutgoingValue::new_outgoing_value(), rest.as_bytes(), |_| Ok(())),
            "read-kept" => return read(self.kept.take().ok_or("nothing kept")?),
            "read-names" | "skip-names" => return self.read_names(call, rest),
            _ => {}
        }
        let container = self.container.as_ref().ok_or("no container")?;
        match call {
            "name" => container.name(),
            "info" => container.info().map(|info| format!("{} {}", info.name, info.created_at > 1_700_000_000)),
            "write" => write(OutgoingValue::new_outgoing_value(), value.as_bytes(), |value| container.write_data(first, value)),
            "fill" => write(OutgoingValue::new_outgoing_value(), &vec![b'x'; number(value)], |value| container.write_data(first, value)),
            "noise" => write(OutgoingValue::new_outgoing_value(), &noise(number(value)), |value| container.write_data(first, value)),
            // As before August 2024, when there was no `finish`: written, and then given to the container.
            "write-older" => {
                let outgoing = OutgoingValue::new_outgoing_value();
                pour(outgoing.outgoing_value_write_body().map_err(|()| "no body")?, value.as_bytes())?;
                container.write_data(first, &outgoing).map(done)
            }
            // The value is dropped before it was finished: it is not whole.
            "write-dropped" => {
                let outgoing = OutgoingValue::new_outgoing_value();
                container.write_data(first, &outgoing)?;
                pour(outgoing.outgoing_value_write_body().map_err(|()| "no body")?, value.as_bytes())?;
                Ok("dropped".into())
            }
            "twice" => {
                let outgoing = OutgoingValue::new_outgoing_value();
                let body = outgoing.outgoing_value_write_body();
                Ok(format!("{} {}", body.is_ok(), outgoing.outgoing_value_write_body().is_ok()))
            }
            "read" => read(container.get_data(first, 0, u64::MAX)?),
            "range" => {
                let (start, end) = split(value);
                IncomingValue::incoming_value_consume_sync(container.get_data(first, number(start), number(end))?).map(|bytes| text_of(&bytes))
            }
            "size" => container.get_data(first, 0, u64::MAX).map(|value| value.size().to_string()),
            "keep" => {
                self.kept = Some(container.get_data(first, 0, u64::MAX)?);
                Ok("kept".into())
            }
            "has" => container.has_object(first).map(|has| has.to_string()),
            "object-info" => container.object_info(first).map(|info| format!("{} {} {} {}", info.name, info.container, info.size, info.created_at > 1_700_000_000)),
            "delete" => container.delete_object(first).map(done),
            "delete-many" => container.delete_objects(&rest.split(' ').map(Into::into).collect::<Vec<String>>()).map(done),
            "clear" => container.clear().map(done),
            "list" => {
                self.names = Some(container.list_objects()?);
                Ok("listing".into())
            }
            _ => Err(format!("no such call: blob.{call}")),
        }
    }

    fn read_names(&self, call: &str, rest: &str) -> Answer {
        let names = self.names.as_ref().ok_or("no listing")?;
        if call == "skip-names" {
            return names.skip_stream_object_names(number(rest)).map(|(count, is_end)| format!("{count} {is_end}"));
        }
        names.read_stream_object_names(number(rest)).map(|(names, is_end)| format!("{} {is_end}", names.join(",")))
    }
}

fn object(path: &str) -> ObjectId {
    let (container, object) = path.split_once('/').unwrap_or((path, ""));
    ObjectId { container: container.into(), object: object.into() }
}

/// As wasmCloud's examples do: the container is told first, then the body is written, then the value is finished.
fn write(value: OutgoingValue, bytes: &[u8], tell: impl FnOnce(&OutgoingValue) -> Result<(), String>) -> Answer {
    tell(&value)?;
    pour(value.outgoing_value_write_body().map_err(|()| "no body")?, bytes)?;
    OutgoingValue::finish(value).map(done)
}

fn pour(body: OutputStream, bytes: &[u8]) -> Result<(), String> {
    for piece in bytes.chunks(PIECE_BYTES) {
        body.blocking_write_and_flush(piece).map_err(words)?;
    }
    Ok(())
}

fn read(value: IncomingValue) -> Answer {
    let body = IncomingValue::incoming_value_consume_async(value)?;
    let mut bytes = Vec::new();
    loop {
        match body.blocking_read(65_536) {
            Ok(piece) => bytes.extend(piece),
            Err(StreamError::Closed) => return Ok(text_of(&bytes)),
            Err(error) => return Err(words(error)),
        }
    }
}

fn words(error: StreamError) -> String {
    match error {
        StreamError::LastOperationFailed(error) => format!("stream {}", error.to_debug_string()),
        StreamError::Closed => "stream closed".into(),
    }
}

fn done(_: ()) -> String {
    "done".into()
}
