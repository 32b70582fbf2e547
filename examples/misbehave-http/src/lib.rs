//! A `wasi:http/incoming-handler` component that does on demand what a handler should not. The last
//! segment of the path, or `?mode=`, names what; the README lists the modes.

use std::sync::atomic::{AtomicU64, Ordering};
use wasip2::clocks::monotonic_clock;
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, IncomingRequest, OutgoingBody, OutgoingRequest, OutgoingResponse, ResponseOutparam, Scheme,
};
use wasip2::io::streams::{OutputStream, StreamError};

const MODES: &str = "ok counter loop hang trap alloc huge drip never twice error short abort status stderr exit recurse headers outbound\n";
const NS_PER_MS: u64 = 1_000_000;
const CHUNK_BYTES: usize = 64 * 1024;
const MIB: usize = 1024 * 1024;
const PAGE_BYTES: usize = 64 * 1024;

static REQUESTS: AtomicU64 = AtomicU64::new(0);

struct Component;

wasip2::http::proxy::export!(Component);

impl wasip2::exports::http::incoming_handler::Guest for Component {
    fn handle(request: IncomingRequest, outparam: ResponseOutparam) {
        let count = REQUESTS.fetch_add(1, Ordering::Relaxed) + 1;
        let target = request.path_with_query().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let segment = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let mode = parameter(query, "mode").unwrap_or(segment);
        let number = |key, fallback| parameter(query, key).and_then(|v| v.parse().ok()).unwrap_or(fallback);
        let is_late = number("late", 0) != 0;

        match mode {
            "counter" => whole(outparam, 200, &format!("{count}\n")),
            "loop" => fault(outparam, is_late, || loop {
                std::hint::black_box(());
            }),
            "hang" => fault(outparam, is_late, || loop {
                sleep(60 * 60 * 1000);
            }),
            "trap" => fault(outparam, is_late, || core::arch::wasm32::unreachable()),
            "recurse" => fault(outparam, is_late, || {
                std::hint::black_box(recurse(0));
            }),
            "exit" => fault(outparam, is_late, || wasip2::cli::exit::exit(Err(()))),
            "alloc" => alloc(outparam, number("mib", 64) as usize),
            "huge" => huge(outparam, number("bytes", 100 * MIB as u64)),
            "drip" => drip(outparam, number("n", 10), number("ms", 200)),
            "never" => drop(outparam),
            "twice" => twice(outparam),
            "error" => {
                let reason = "the handler was asked for an error".to_string();
                ResponseOutparam::set(outparam, Err(ErrorCode::InternalError(Some(reason))));
            }
            "short" => short(outparam),
            "headers" => headers(outparam, number("n", 1_000_000)),
            "outbound" => outbound(outparam, number("n", 5_000)),
            // Dropping a body that was not finished says that it is not complete.
            "abort" => drop(Answer::start(outparam, 200, &[]).map(|answer| answer.write(b"so far so good\n"))),
            "status" => whole(outparam, number("code", 103) as u16, "the status above was asked for\n"),
            "stderr" => {
                for n in 1..=number("n", 10) {
                    eprintln!("line {n}");
                }
                whole(outparam, 200, "ok\n");
            }
            "" | "ok" => whole(outparam, 200, &format!("ok\nmodes: {MODES}")),
            _ => whole(outparam, 404, &format!("modes: {MODES}")),
        }
    }
}

fn parameter<'a>(query: &'a str, key: &str) -> Option<&'a str> {
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == key).map(|(_, v)| v)
}

struct Answer {
    // Declared before the body: a stream must be dropped before the body that it belongs to.
    stream: OutputStream,
    body: OutgoingBody,
}

impl Answer {
    /// `None` when HTTP has no such status; nothing has been set then.
    fn start(outparam: ResponseOutparam, status: u16, headers: &[(&str, &str)]) -> Option<Self> {
        let fields = Fields::new();
        fields.append("content-type", b"text/plain").expect("a valid header");
        for (name, value) in headers {
            fields.append(name, value.as_bytes()).expect("a valid header");
        }
        let response = OutgoingResponse::new(fields);
        response.set_status_code(status).ok()?;
        let body = response.body().expect("the body is taken once");
        ResponseOutparam::set(outparam, Ok(response));
        let stream = body.write().expect("the stream is taken once");
        Some(Self { stream, body })
    }

    fn write(&self, mut bytes: &[u8]) -> Result<(), StreamError> {
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

    fn finish(self) {
        let Self { stream, body } = self;
        let _ = stream.blocking_flush();
        drop(stream);
        if let Err(error) = OutgoingBody::finish(body, None) {
            eprintln!("finish: {error:?}");
        }
    }
}

fn whole(outparam: ResponseOutparam, status: u16, body: &str) {
    if let Some(answer) = Answer::start(outparam, status, &[]) {
        if answer.write(body.as_bytes()).is_ok() {
            answer.finish();
        }
    }
}

/// With `?late=1` the fault comes when the head and part of the body are on their way already.
fn fault(outparam: ResponseOutparam, is_late: bool, happen: impl FnOnce()) {
    // Bound to a name, so that the answer or the outparam is still held when the fault happens.
    let _held = if is_late {
        let answer = Answer::start(outparam, 200, &[]);
        let _ = answer.as_ref().map(|answer| answer.write(b"so far so good\n"));
        Ok(answer)
    } else {
        Err(outparam)
    };
    happen();
}

#[inline(never)]
fn recurse(depth: u64) -> u64 {
    let depth = std::hint::black_box(depth);
    if depth == u64::MAX {
        return 0;
    }
    recurse(depth + 1) ^ std::hint::black_box(depth)
}

fn sleep(ms: u64) {
    monotonic_clock::subscribe_duration(ms.saturating_mul(NS_PER_MS)).block();
}

fn alloc(outparam: ResponseOutparam, wanted: usize) {
    let mut got = 0;
    while got < wanted {
        let page = core::arch::wasm32::memory_grow(0, MIB / PAGE_BYTES);
        if page == usize::MAX {
            break;
        }
        for at in (page..page + MIB / PAGE_BYTES).map(|page| page * PAGE_BYTES) {
            // SAFETY: the page was just added and belongs to nobody else. Some engines only reserve
            // what is grown; a write makes it real.
            unsafe { (at as *mut u8).write_volatile(1) };
        }
        got += 1;
    }
    let memory = core::arch::wasm32::memory_size(0) * (PAGE_BYTES / 1024) / 1024;
    let status = if got == wanted { 200 } else { 507 };
    whole(outparam, status, &format!("{{\"wantedMib\":{wanted},\"gotMib\":{got},\"memoryMib\":{memory}}}\n"));
}

fn huge(outparam: ResponseOutparam, bytes: u64) {
    let Some(answer) = Answer::start(outparam, 200, &[]) else { return };
    let chunk = vec![b'x'; CHUNK_BYTES];
    let mut left = bytes;
    while left > 0 {
        let length = left.min(CHUNK_BYTES as u64);
        if answer.write(&chunk[..length as usize]).is_err() {
            return;
        }
        left -= length;
    }
    answer.finish();
}

/// Fields until the host takes no more: 200 with their number, or the error that setting them or the answer ended in.
fn headers(outparam: ResponseOutparam, count: u64) {
    let fields = Fields::new();
    let mut set = 0;
    while set < count && fields.append(&format!("x-{set}"), b"x").is_ok() {
        set += 1;
    }
    let response = OutgoingResponse::new(fields);
    let body = response.body().expect("the body is taken once");
    ResponseOutparam::set(outparam, Ok(response));
    let Ok(stream) = body.write() else { return };
    let _ = stream.blocking_write_and_flush(format!("{set}\n").as_bytes());
    drop(stream);
    let _ = OutgoingBody::finish(body, None);
}

/// Asks for that many other addresses, and tells what became of it: `{"sent":0,"denied":5000}`.
fn outbound(outparam: ResponseOutparam, count: u64) {
    let (mut sent, mut denied) = (0, 0);
    for n in 0..count {
        let request = OutgoingRequest::new(Fields::new());
        let _ = request.set_scheme(Some(&Scheme::Http));
        let _ = request.set_authority(Some("localhost"));
        let _ = request.set_path_with_query(Some(&format!("/misbehave-http/outbound?n={n}")));
        match outgoing_handler::handle(request, None) {
            Err(ErrorCode::HttpRequestDenied) => denied += 1,
            Err(_) => {}
            // The promise of an answer may still end in the denial.
            Ok(future) => {
                future.subscribe().block();
                match future.get() {
                    Some(Ok(Err(ErrorCode::HttpRequestDenied))) => denied += 1,
                    Some(Ok(Ok(_))) => sent += 1,
                    _ => {}
                }
            }
        }
    }
    whole(outparam, 200, &format!("{{\"sent\":{sent},\"denied\":{denied}}}\n"));
}

fn drip(outparam: ResponseOutparam, count: u64, ms: u64) {
    let Some(answer) = Answer::start(outparam, 200, &[]) else { return };
    for n in 1..=count {
        sleep(ms);
        if answer.write(format!("drip {n}\n").as_bytes()).is_err() {
            return;
        }
    }
    answer.finish();
}

/// Uses the outparam again after `set` took it, which no safe binding lets a program do.
fn twice(outparam: ResponseOutparam) {
    let handle = outparam.handle();
    whole(outparam, 200, "the first answer\n");
    // SAFETY: not sound on purpose; the host has to notice that the handle is no longer ours.
    let again = unsafe { ResponseOutparam::from_handle(handle) };
    whole(again, 200, "the second answer\n");
}

fn short(outparam: ResponseOutparam) {
    let Some(answer) = Answer::start(outparam, 200, &[("content-length", "100")]) else { return };
    if answer.write(b"ten bytes\n").is_ok() {
        answer.finish();
    }
}
