//! A handler of WASI 0.3 (`wasi:http/handler`) that does as it is asked, for the tests. Rust's own library brings 0.2 along, so every
//! component of this kind mixes the two. Path segments pick the answer; test/guests/README.md lists them.

use std::time::Duration;
use wasip3::cli::stdout;
use wasip3::clocks::monotonic_clock::wait_for;
use wasip3::filesystem::preopens;
use wasip3::filesystem::types::{DescriptorFlags, OpenFlags, PathFlags};
use wasip3::http::client;
use wasip3::http::types::{ErrorCode, Fields, Method, Request, Response, Scheme, Trailers};
use wasip3::wit_bindgen::{spawn_local, StreamReader, StreamResult};
use wasip3::{wit_future, wit_stream};

wasip3::http::service::export!(Handler);

struct Handler;

type Answer = Result<Response, ErrorCode>;

impl wasip3::exports::http::handler::Guest for Handler {
    async fn handle(request: Request) -> Answer {
        let target = request.get_path_with_query().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        match path.rsplit('/').next().unwrap_or_default() {
            "echo" => echo(request),
            "pass" => pass(request),
            "count" => count(request).await,
            "first" => first(request).await,
            "pieces" => pieces(number(query, "n"), number(query, "ms"), number(query, "bytes")),
            "trailers" => trailers(),
            "error" => Err(ErrorCode::InternalError(Some("out of teapots".into()))),
            "late-error" => late_error(),
            "trap" => panic!("asked to"),
            "late-trap" => late_trap(),
            "short" => short(),
            "sleep" => {
                wait_for(number(query, "ms") * 1_000_000).await;
                text("slept")
            }
            "spin" => loop {
                std::hint::black_box(query);
            },
            "after" => after(number(query, "ms")),
            "mixed" => mixed().await,
            "file" => file(query).await,
            "outgoing" => outgoing(request, query).await,
            _ => text("hello from WASI 0.3\n"),
        }
    }
}

fn number(query: &str, name: &str) -> u64 {
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok()).unwrap_or(0)
}

fn respond(headers: &[(&str, &str)], body: Option<StreamReader<u8>>) -> Answer {
    let (_, trailers) = wit_future::new(|| Ok(None));
    let fields = Fields::new();
    for (name, value) in headers {
        fields.append(name, value.as_bytes()).map_err(|error| ErrorCode::InternalError(Some(error.to_string())))?;
    }
    Ok(Response::new(fields, body, trailers).0)
}

fn text(text: &str) -> Answer {
    let (mut tx, rx) = wit_stream::new();
    let bytes = text.as_bytes().to_vec();
    spawn_local(async move {
        tx.write_all(bytes).await;
    });
    respond(&[("content-type", "text/plain")], Some(rx))
}

/// Answers with the very stream and future that came in.
fn pass(request: Request) -> Answer {
    let (_, result) = wit_future::new(|| Ok(()));
    let (body, trailers) = Request::consume_body(request, result);
    Ok(Response::new(Fields::new(), Some(body), trailers).0)
}

fn echo(request: Request) -> Answer {
    let (_, result) = wit_future::new(|| Ok(()));
    let (body, _trailers) = Request::consume_body(request, result);
    let (mut tx, rx) = wit_stream::new();
    spawn_local(async move {
        let mut body = body;
        loop {
            let (result, piece) = body.read(Vec::with_capacity(65_536)).await;
            if !tx.write_all(piece).await.is_empty() || !matches!(result, StreamResult::Complete(_)) {
                return;
            }
        }
    });
    respond(&[("content-type", "application/octet-stream")], Some(rx))
}

async fn count(request: Request) -> Answer {
    let (_, result) = wit_future::new(|| Ok(()));
    let (mut body, trailers) = Request::consume_body(request, result);
    let (mut bytes, mut reads) = (0, 0);
    loop {
        let (result, piece) = body.read(Vec::with_capacity(65_536)).await;
        bytes += piece.len();
        if !matches!(result, StreamResult::Complete(_)) {
            break;
        }
        reads += 1;
    }
    drop(body);
    let end = match trailers.await {
        Ok(None) => "no trailers".to_string(),
        Ok(Some(_)) => "trailers".to_string(),
        Err(error) => format!("{error:?}"),
    };
    text(&format!("{bytes} bytes in {reads} reads, {end}"))
}

/// Reads a piece of the body and drops the rest.
async fn first(request: Request) -> Answer {
    let (_, result) = wit_future::new(|| Ok(()));
    let (mut body, _trailers) = Request::consume_body(request, result);
    let (_, piece) = body.read(Vec::with_capacity(16)).await;
    drop(body);
    text(&format!("{} bytes", piece.len()))
}

/// `n` pieces of `bytes` bytes each, a wait of `ms` before each but the first.
fn pieces(n: u64, ms: u64, bytes: u64) -> Answer {
    let (mut tx, rx) = wit_stream::new();
    spawn_local(async move {
        for index in 0..n {
            if index > 0 && ms > 0 {
                wait_for(ms * 1_000_000).await;
            }
            if index > 0 && index % 50 == 0 {
                println!("made {index} pieces");
            }
            let mut piece = format!("piece {index}\n").into_bytes();
            piece.resize(piece.len().max(bytes as usize), b'.');
            if !tx.write_all(piece).await.is_empty() {
                println!("the reader has gone after {index} pieces");
                return;
            }
        }
    });
    respond(&[("content-type", "text/plain")], Some(rx))
}

fn trailers() -> Answer {
    let (mut tx, rx) = wit_stream::new();
    let (trailers_tx, trailers_rx) = wit_future::new(|| Ok::<Option<Trailers>, ErrorCode>(None));
    spawn_local(async move {
        tx.write_all(b"with trailers".to_vec()).await;
        drop(tx);
        let trailers = Fields::from_list(&[("x-checksum".into(), b"abc".to_vec())]).unwrap();
        let _ = trailers_tx.write(Ok(Some(trailers))).await;
    });
    let (response, sent) = Response::new(Fields::new(), Some(rx), trailers_rx);
    spawn_local(async move {
        println!("sent: {:?}", sent.await);
    });
    Ok(response)
}

/// A body that ends with an error in its trailers' place.
fn late_error() -> Answer {
    let (mut tx, rx) = wit_stream::new();
    let (trailers_tx, trailers_rx) = wit_future::new(|| Ok::<Option<Trailers>, ErrorCode>(None));
    spawn_local(async move {
        tx.write_all(b"begun".to_vec()).await;
        drop(tx);
        let _ = trailers_tx.write(Err(ErrorCode::HttpProtocolError)).await;
    });
    Ok(Response::new(Fields::new(), Some(rx), trailers_rx).0)
}

fn late_trap() -> Answer {
    let (mut tx, rx) = wit_stream::new();
    spawn_local(async move {
        tx.write_all(b"begun".to_vec()).await;
        wait_for(1_000_000).await;
        panic!("asked to, later");
    });
    respond(&[], Some(rx))
}

/// Fewer bytes than its `content-length` says.
fn short() -> Answer {
    let (mut tx, rx) = wit_stream::new();
    spawn_local(async move {
        tx.write_all(b"short".to_vec()).await;
    });
    respond(&[("content-length", "10")], Some(rx))
}

/// Goes on for `ms` after its answer.
fn after(ms: u64) -> Answer {
    spawn_local(async move {
        wait_for(ms * 1_000_000).await;
        println!("after the answer");
    });
    text("answered")
}

/// 0.2 by Rust's standard library, 0.3 by its own bindings.
async fn mixed() -> Answer {
    println!("a line by 0.2");
    let (mut tx, rx) = wit_stream::new();
    let written = stdout::write_via_stream(rx);
    tx.write_all(b"a line by 0.3\n".to_vec()).await;
    drop(tx);
    let written = written.await;
    std::thread::sleep(Duration::from_millis(1));
    let name = std::env::var("NAME").unwrap_or_default();
    let by_std = std::fs::read_to_string("/greeting.txt").unwrap_or_else(|error| error.to_string());
    let year = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() / 31_556_952 + 1970;
    let now = wasip3::clocks::system_clock::now().seconds as u64 / 31_556_952 + 1970;
    text(&format!("NAME={name} file={} written={written:?} same year={}", by_std.trim(), year == now))
}

async fn file(path: &str) -> Answer {
    let (root, _) = preopens::get_directories().into_iter().next().ok_or(ErrorCode::InternalError(Some("no preopens".into())))?;
    let failed = |error| ErrorCode::InternalError(Some(format!("{error:?}")));
    let file = root.open_at(PathFlags::empty(), path.into(), OpenFlags::empty(), DescriptorFlags::READ).await.map_err(failed)?;
    let (body, _end) = file.read_via_stream(0);
    respond(&[("content-type", "text/plain")], Some(body))
}

/// Sends the request on, by its method and with its body as it comes, and answers with what came back. `to` has no scheme: it is HTTP.
async fn outgoing(request: Request, to: &str) -> Answer {
    let method = request.get_method();
    let (_, result) = wit_future::new(|| Ok(()));
    let (body, trailers) = Request::consume_body(request, result);
    let has_body = !matches!(method, Method::Get | Method::Head);
    let (onward, sent) = Request::new(Fields::new(), has_body.then_some(body), trailers, None);
    let (authority, path) = to.split_once('/').unwrap_or((to, ""));
    let _ = onward.set_method(&method);
    let _ = onward.set_scheme(Some(&Scheme::Http));
    let _ = onward.set_authority(Some(authority));
    let _ = onward.set_path_with_query(Some(&format!("/{path}")));
    match client::send(onward).await {
        Err(error) => text(&format!("{error:?} {:?}", sent.await)),
        Ok(response) => {
            let status = response.get_status_code();
            let (_, result) = wit_future::new(|| Ok(()));
            let (body, trailers) = Response::consume_body(response, result);
            let answer = Response::new(Fields::new(), Some(body), trailers).0;
            let _ = answer.set_status_code(status);
            Ok(answer)
        }
    }
}
