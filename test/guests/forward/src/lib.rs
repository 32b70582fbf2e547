//! A `wasi:http/incoming-handler` component that sends the requests it is told to send. Its query says which:
//!
//! | parameter                 | what it does                                                                                    |
//! | ------------------------- | ----------------------------------------------------------------------------------------------- |
//! | `to=URL`                  | where to, percent-encoded                                                                        |
//! | `method=M`                | the method of the request, else that of its own                                                  |
//! | `first`, `between`, `connect` | timeouts in milliseconds                                                                     |
//! | `trailers=1`              | ends the body with a trailer                                                                     |
//! | `n=N`                     | N requests at once, as `/many`                                                                   |
//!
//! Its own header fields that begin with `x-send-` are sent without that, its own body as the request's. The last segment of the
//! path is what becomes of the answer: `/pass` gives it on as it comes, `/collect` reads it whole and says `status bytes end`,
//! `/many` says what became of each. A failure is 502 with the error code as its body.

use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, FutureIncomingResponse, IncomingRequest, IncomingResponse, Method, OutgoingBody, OutgoingRequest,
    OutgoingResponse, RequestOptions, ResponseOutparam, Scheme,
};
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

const PIECE_BYTES: u64 = 65_536;
const NS_PER_MS: u64 = 1_000_000;
const SENT_PREFIX: &str = "x-send-";

struct Component;

wasip2::http::proxy::export!(Component);

impl wasip2::exports::http::incoming_handler::Guest for Component {
    fn handle(request: IncomingRequest, outparam: ResponseOutparam) {
        let target = request.path_with_query().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let query = query.to_string();
        let mode = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_string();
        match mode.as_str() {
            "many" => many(outparam, &query),
            "collect" => match send(&query, Some(&request)).and_then(settled) {
                Ok(response) => collect(outparam, response),
                Err(code) => fail(outparam, code),
            },
            _ => match send(&query, Some(&request)).and_then(settled) {
                Ok(response) => pass(outparam, response),
                Err(code) => fail(outparam, code),
            },
        }
    }
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let bytes = value.as_bytes();
    let mut decoded = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| value.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok())).flatten();
        decoded.push(hex.unwrap_or(bytes[at]));
        at += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).ok()
}

fn milliseconds(query: &str, name: &str) -> Option<u64> {
    parameter(query, name)?.parse::<u64>().ok().map(|ms| ms * NS_PER_MS)
}

fn method_of(name: &str) -> Method {
    match name {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        "CONNECT" => Method::Connect,
        "OPTIONS" => Method::Options,
        "TRACE" => Method::Trace,
        "PATCH" => Method::Patch,
        other => Method::Other(other.to_string()),
    }
}

/// Sends what `query` says; the body is written as it comes in.
fn send(query: &str, own: Option<&IncomingRequest>) -> Result<FutureIncomingResponse, ErrorCode> {
    let headers = Fields::new();
    for (name, value) in own.map(|own| own.headers().entries()).unwrap_or_default() {
        if let Some(name) = name.strip_prefix(SENT_PREFIX) {
            let _ = headers.append(&name.to_string(), &value);
        }
    }
    let request = OutgoingRequest::new(headers);
    let to = parameter(query, "to").unwrap_or_default();
    let (scheme, rest) = to.split_once("://").unwrap_or(("", &to));
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let scheme = match scheme {
        "http" => Some(Scheme::Http),
        "https" => Some(Scheme::Https),
        "" => None,
        other => Some(Scheme::Other(other.to_string())),
    };
    let _ = request.set_scheme(scheme.as_ref());
    if at > 0 {
        let _ = request.set_authority(Some(&rest[..at]));
    }
    let _ = request.set_path_with_query(Some(&rest[at..]));
    let method = parameter(query, "method").map(|name| method_of(&name)).or(own.map(|own| own.method())).unwrap_or(Method::Get);
    let _ = request.set_method(&method);
    let options = RequestOptions::new();
    let _ = options.set_connect_timeout(milliseconds(query, "connect"));
    let _ = options.set_first_byte_timeout(milliseconds(query, "first"));
    let _ = options.set_between_bytes_timeout(milliseconds(query, "between"));
    let body = request.body().expect("the body is asked for once");
    let future = outgoing_handler::handle(request, Some(options))?;
    if let Some(own) = own {
        let incoming = own.consume().expect("the body is asked for once");
        let input = incoming.stream().expect("the stream is asked for once");
        let output = body.write().expect("the stream is asked for once");
        let copied = copy(&input, &output);
        drop((input, output));
        copied?;
    }
    let trailers = parameter(query, "trailers").map(|_| {
        let trailers = Fields::new();
        let _ = trailers.append("x-end", b"now");
        trailers
    });
    OutgoingBody::finish(body, trailers)?;
    Ok(future)
}

/// All of `input` to `output`; an error of writing as the error code that it stands for.
fn copy(input: &InputStream, output: &OutputStream) -> Result<(), ErrorCode> {
    while let Ok(piece) = input.blocking_read(PIECE_BYTES) {
        put(output, &piece).map_err(code_of)?;
    }
    Ok(())
}

/// Writes `bytes` as there is room, and passes them on at once.
fn put(output: &OutputStream, mut bytes: &[u8]) -> Result<(), StreamError> {
    while !bytes.is_empty() {
        let room = output.check_write()? as usize;
        if room == 0 {
            output.subscribe().block();
            continue;
        }
        let (now, later) = bytes.split_at(room.min(bytes.len()));
        output.write(now)?;
        bytes = later;
    }
    output.flush()
}

fn code_of(error: StreamError) -> ErrorCode {
    match error {
        StreamError::LastOperationFailed(error) => {
            wasip2::http::types::http_error_code(&error).unwrap_or(ErrorCode::InternalError(Some(error.to_debug_string())))
        }
        StreamError::Closed => ErrorCode::InternalError(Some("closed".to_string())),
    }
}

fn settled(future: FutureIncomingResponse) -> Result<IncomingResponse, ErrorCode> {
    future.subscribe().block();
    let first = future.get().expect("it is ready").expect("it is asked for the first time");
    assert!(future.get().expect("it is ready still").is_err(), "what was taken is not there again");
    first
}

fn pass(outparam: ResponseOutparam, response: IncomingResponse) {
    let answer = OutgoingResponse::new(response.headers().clone());
    let _ = answer.set_status_code(response.status());
    let incoming = response.consume().expect("the body is asked for once");
    let input = incoming.stream().expect("the stream is asked for once");
    let body = answer.body().expect("the body is asked for once");
    ResponseOutparam::set(outparam, Ok(answer));
    let output = body.write().expect("the stream is asked for once");
    let end = loop {
        match input.blocking_read(PIECE_BYTES) {
            Ok(piece) => {
                if put(&output, &piece).is_err() {
                    return;
                }
            }
            Err(error) => break error,
        }
    };
    drop((input, output));
    // What is dropped unfinished is incomplete, which its reader sees.
    if matches!(end, StreamError::Closed) {
        let _ = OutgoingBody::finish(body, None);
    }
}

fn collect(outparam: ResponseOutparam, response: IncomingResponse) {
    let status = response.status();
    let incoming = response.consume().expect("the body is asked for once");
    let input = incoming.stream().expect("the stream is asked for once");
    let mut count = 0;
    let end = loop {
        match input.blocking_read(PIECE_BYTES) {
            Ok(piece) => count += piece.len(),
            Err(StreamError::Closed) => break "end".to_string(),
            Err(error) => break format!("{:?}", code_of(error)),
        }
    };
    drop(input);
    whole(outparam, 200, &format!("{status} {count} {end}"));
}

/// N at once, and what became of each: its status, or its error code.
fn many(outparam: ResponseOutparam, query: &str) {
    let count = parameter(query, "n").and_then(|n| n.parse().ok()).unwrap_or(1);
    let sent: Vec<_> = (0..count).map(|_| send(query, None)).collect();
    let outcomes: Vec<_> = sent
        .into_iter()
        .map(|one| match one.and_then(settled) {
            Ok(response) => response.status().to_string(),
            Err(code) => format!("{code:?}"),
        })
        .collect();
    whole(outparam, 200, &outcomes.join("\n"));
}

fn fail(outparam: ResponseOutparam, code: ErrorCode) {
    whole(outparam, 502, &format!("{code:?}"));
}

fn whole(outparam: ResponseOutparam, status: u16, text: &str) {
    let headers = Fields::new();
    let _ = headers.append("content-type", b"text/plain");
    let answer = OutgoingResponse::new(headers);
    let _ = answer.set_status_code(status);
    let body = answer.body().expect("the body is asked for once");
    ResponseOutparam::set(outparam, Ok(answer));
    let output = body.write().expect("the stream is asked for once");
    let _ = put(&output, text.as_bytes());
    drop(output);
    let _ = OutgoingBody::finish(body, None);
}
