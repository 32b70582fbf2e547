use wasip2::http::types::{
    Fields, IncomingBody, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam,
};
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

pub const CHUNK_BYTES: u64 = 64 * 1024;

/// A response whose head has been sent. Dropped without `finish`, its body ends as an error.
pub struct Response {
    // Declared before the body: a stream must be dropped before the body that it belongs to.
    stream: OutputStream,
    body: OutgoingBody,
}

impl Response {
    /// Sends the head. `None` when the status or a header is one that HTTP does not allow; the
    /// caller has been answered 400 then.
    pub fn start(outparam: ResponseOutparam, status: u16, headers: &[(&str, &str)]) -> Option<Self> {
        let fields = Fields::new();
        for (name, value) in headers {
            if fields.append(name, value.as_bytes()).is_err() {
                text(outparam, 400, &format!("{name} cannot have this value\n"));
                return None;
            }
        }
        let response = OutgoingResponse::new(fields);
        if response.set_status_code(status).is_err() {
            text(outparam, 400, &format!("{status} is not a status code\n"));
            return None;
        }
        let body = response.body().expect("the body is taken once");
        ResponseOutparam::set(outparam, Ok(response));
        let stream = body.write().expect("the stream is taken once");
        Some(Self { stream, body })
    }

    /// Hands all of `bytes` to the host, waiting whenever it has no room, and asks it to send them on.
    pub fn write(&self, mut bytes: &[u8]) -> Result<(), StreamError> {
        while !bytes.is_empty() {
            let permit = self.stream.check_write()? as usize;
            if permit == 0 {
                self.stream.subscribe().block();
                continue;
            }
            let (now, later) = bytes.split_at(permit.min(bytes.len()));
            self.stream.write(now)?;
            bytes = later;
        }
        self.stream.flush()
    }

    pub fn finish(self) {
        let Self { stream, body } = self;
        // Fails only when the caller has gone away, and then nobody is left to tell.
        let _ = stream.blocking_flush();
        drop(stream);
        let _ = OutgoingBody::finish(body, None);
    }
}

pub fn whole(outparam: ResponseOutparam, status: u16, content_type: &str, body: &str) {
    if let Some(response) = Response::start(outparam, status, &[("content-type", content_type)]) {
        if response.write(body.as_bytes()).is_ok() {
            response.finish();
        }
    }
}

pub fn text(outparam: ResponseOutparam, status: u16, body: &str) {
    whole(outparam, status, "text/plain; charset=utf-8", body);
}

pub fn json(outparam: ResponseOutparam, body: &str) {
    whole(outparam, 200, "application/json", body);
}

/// Calls `visit` with each chunk of `stream` as it arrives, until its end or until `visit` fails.
pub fn read_all(
    stream: &InputStream,
    mut visit: impl FnMut(Vec<u8>) -> Result<(), StreamError>,
) -> Result<(), StreamError> {
    loop {
        match stream.blocking_read(CHUNK_BYTES) {
            Ok(chunk) if chunk.is_empty() => {}
            Ok(chunk) => visit(chunk)?,
            Err(StreamError::Closed) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

pub fn read_request(
    request: &IncomingRequest,
    visit: impl FnMut(Vec<u8>) -> Result<(), StreamError>,
) -> Result<(), StreamError> {
    let body: IncomingBody = request.consume().expect("the body is taken once");
    let stream = body.stream().expect("the stream is taken once");
    read_all(&stream, visit)
}
