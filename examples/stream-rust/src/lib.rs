//! A `wasi:http/incoming-handler` component that streams in both directions. The last segment of the
//! path picks the answer, so it works behind any route prefix, rewritten or not.

mod files;
mod json;
mod outbound;
mod query;
mod respond;

use respond::Response;
use wasip2::cli::environment;
use wasip2::clocks::{monotonic_clock, wall_clock};
use wasip2::http::types::{IncomingRequest, Method, ResponseOutparam, Scheme};
use wasip2::random::random;

const NS_PER_MS: u64 = 1_000_000;

struct Component;

wasip2::http::proxy::export!(Component);

impl wasip2::exports::http::incoming_handler::Guest for Component {
    fn handle(request: IncomingRequest, outparam: ResponseOutparam) {
        let target = request.path_with_query().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let route = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        if answer(route, query, &request, outparam).is_none() {
            eprintln!("{route}: not answered in full");
        }
    }
}

/// `None` when a parameter was refused or the caller went away; either has been dealt with by then.
fn answer(route: &str, query: &str, request: &IncomingRequest, outparam: ResponseOutparam) -> Option<()> {
    match route {
        "events" => events(query, outparam)?,
        "echo" => transform(request, outparam, |_| {})?,
        "upper" => transform(request, outparam, |chunk| chunk.make_ascii_uppercase())?,
        "count" => count(request, outparam)?,
        "bytes" => bytes(query, outparam)?,
        "headers" => headers(request, outparam)?,
        "status" => status(query, outparam)?,
        "redirect" => {
            let to = query::text(query, "to").unwrap_or_else(|| "./".into());
            Response::start(outparam, 302, &[("location", &to)])?.finish();
        }
        "sleep" => {
            let Some(ms) = query::number(query, "ms", 300) else { return not_a_number(outparam, "ms") };
            let started_ns = monotonic_clock::now();
            sleep(ms);
            let slept_ms = (monotonic_clock::now() - started_ns) / NS_PER_MS;
            respond::json(outparam, &format!(r#"{{"sleptMs":{slept_ms}}}"#));
        }
        "outbound" => {
            let url = query::text(query, "url").unwrap_or_default();
            respond::json(outparam, &outbound::report(&url));
        }
        "env" => {
            let variables = environment::get_environment();
            let body = format!(
                r#"{{"env":{},"args":{},"cwd":{}}}"#,
                json::pairs(variables.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
                json::array(environment::get_arguments().iter().map(|arg| json::string(arg))),
                environment::initial_cwd().map_or("null".into(), |cwd| json::string(&cwd)),
            );
            respond::json(outparam, &body);
        }
        "random" => {
            let hex: String = random::get_random_bytes(16).iter().map(|byte| format!("{byte:02x}")).collect();
            // A string, because a JSON number cannot hold 64 bits.
            let u64 = random::get_random_u64();
            respond::json(outparam, &format!(r#"{{"bytes":"{hex}","u64":"{u64}"}}"#));
        }
        "time" => {
            let now = wall_clock::now();
            let unix_ms = now.seconds * 1000 + u64::from(now.nanoseconds) / NS_PER_MS;
            let monotonic_ns = monotonic_clock::now();
            respond::json(outparam, &format!(r#"{{"unixMs":{unix_ms},"monotonicNs":"{monotonic_ns}"}}"#));
        }
        "fs" => respond::json(outparam, &files::report()),
        _ => respond::whole(outparam, 200, "text/html; charset=utf-8", include_str!("page.html")),
    }
    Some(())
}

fn not_a_number(outparam: ResponseOutparam, key: &str) -> Option<()> {
    respond::text(outparam, 400, &format!("{key} must be a whole number\n"));
    None
}

fn sleep(ms: u64) {
    monotonic_clock::subscribe_duration(ms.saturating_mul(NS_PER_MS)).block();
}

fn events(query: &str, outparam: ResponseOutparam) -> Option<()> {
    let Some(total) = query::number(query, "n", 10) else { return not_a_number(outparam, "n") };
    let Some(ms) = query::number(query, "ms", 300) else { return not_a_number(outparam, "ms") };
    let head = [("content-type", "text/event-stream"), ("cache-control", "no-store")];
    let response = Response::start(outparam, 200, &head)?;
    let started_ns = monotonic_clock::now();
    for n in 1..=total {
        sleep(ms);
        let at_ms = (monotonic_clock::now() - started_ns) / NS_PER_MS;
        let event = format!("id: {n}\ndata: {{\"n\":{n},\"of\":{total},\"atMs\":{at_ms}}}\n\n");
        response.write(event.as_bytes()).ok()?;
    }
    response.finish();
    Some(())
}

fn transform(
    request: &IncomingRequest,
    outparam: ResponseOutparam,
    change: impl Fn(&mut Vec<u8>),
) -> Option<()> {
    let content_type = request.headers().get("content-type").into_iter().next();
    let content_type = content_type.and_then(|value| String::from_utf8(value).ok());
    let content_type = content_type.as_deref().unwrap_or("application/octet-stream");
    let response = Response::start(outparam, 200, &[("content-type", content_type)])?;
    respond::read_request(request, |mut chunk| {
        change(&mut chunk);
        response.write(&chunk)
    })
    .ok()?;
    response.finish();
    Some(())
}

fn count(request: &IncomingRequest, outparam: ResponseOutparam) -> Option<()> {
    let (mut bytes, mut chunks) = (0, 0u64);
    let read = respond::read_request(request, |chunk| {
        bytes += chunk.len() as u64;
        chunks += 1;
        Ok(())
    });
    if read.is_err() {
        respond::text(outparam, 400, "the request body broke off\n");
        return None;
    }
    respond::json(outparam, &format!(r#"{{"bytes":{bytes},"chunks":{chunks}}}"#));
    Some(())
}

fn bytes(query: &str, outparam: ResponseOutparam) -> Option<()> {
    let Some(total) = query::number(query, "n", respond::CHUNK_BYTES) else { return not_a_number(outparam, "n") };
    let length = total.to_string();
    let head = [("content-type", "application/octet-stream"), ("content-length", length.as_str())];
    let response = Response::start(outparam, 200, &head)?;
    // Byte i of the body is i mod 256, so that a reader can tell a lost or repeated part.
    let chunk: Vec<u8> = (0..respond::CHUNK_BYTES).map(|i| i as u8).collect();
    let mut left = total;
    while left > 0 {
        let length = left.min(respond::CHUNK_BYTES);
        response.write(&chunk[..length as usize]).ok()?;
        left -= length;
    }
    response.finish();
    Some(())
}

fn headers(request: &IncomingRequest, outparam: ResponseOutparam) -> Option<()> {
    let method = match request.method() {
        Method::Get => "GET".into(),
        Method::Head => "HEAD".into(),
        Method::Post => "POST".into(),
        Method::Put => "PUT".into(),
        Method::Delete => "DELETE".into(),
        Method::Connect => "CONNECT".into(),
        Method::Options => "OPTIONS".into(),
        Method::Trace => "TRACE".into(),
        Method::Patch => "PATCH".into(),
        Method::Other(name) => name,
    };
    let scheme = match request.scheme() {
        Some(Scheme::Http) => "http".into(),
        Some(Scheme::Https) => "https".into(),
        Some(Scheme::Other(name)) => name,
        None => String::new(),
    };
    let entries = request.headers().entries();
    let entries: Vec<_> =
        entries.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value))).collect();
    let body = format!(
        r#"{{"method":{},"scheme":{},"authority":{},"target":{},"headers":{}}}"#,
        json::string(&method),
        json::string(&scheme),
        json::string(&request.authority().unwrap_or_default()),
        json::string(&request.path_with_query().unwrap_or_default()),
        json::pairs(entries.iter().map(|(name, value)| (*name, value.as_ref()))),
    );
    let head = [
        ("content-type", "application/json"),
        ("x-many", "1"),
        ("x-many", "2"),
        ("set-cookie", "stream-first=1; Path=/; SameSite=Lax"),
        ("set-cookie", "stream-second=2; Path=/; HttpOnly; SameSite=Lax"),
    ];
    let response = Response::start(outparam, 200, &head)?;
    response.write(body.as_bytes()).ok()?;
    response.finish();
    Some(())
}

fn status(query: &str, outparam: ResponseOutparam) -> Option<()> {
    let code = query::number(query, "code", 200).and_then(|code| u16::try_from(code).ok());
    let Some(code) = code else { return not_a_number(outparam, "code") };
    let response = Response::start(outparam, code, &[("content-type", "text/plain")])?;
    // A response with one of these codes has no body.
    if code >= 200 && !matches!(code, 204 | 205 | 304) {
        response.write(format!("status {code}\n").as_bytes()).ok()?;
    }
    response.finish();
    Some(())
}
