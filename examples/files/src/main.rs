//! A static file server as a WAGI handler: it answers with the files that it finds in its file system.

mod conditions;
mod media_type;
mod site;

use conditions::Part;
use site::Found;
use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const METHODS: &str = "GET, HEAD, OPTIONS";

fn variable(name: &str) -> String {
    env::var_os(name).map_or_else(String::new, |value| value.to_string_lossy().into_owned())
}

/// The head of an answer, and the part of its content that is sent.
struct Answer {
    head: String,
    content: Vec<u8>,
}

impl Answer {
    fn new(status: &str) -> Self {
        Answer { head: format!("Status: {status}\n"), content: Vec::new() }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.head += &format!("{name}: {value}\n");
        self
    }

    fn of(self, media_type: &str, content: Vec<u8>) -> Self {
        let length = content.len().to_string();
        let mut answer = self
            .with("Content-Type", media_type)
            .with("Content-Length", &length)
            .with("X-Content-Type-Options", "nosniff");
        answer.content = content;
        answer
    }

    fn text(status: &str, text: &str) -> Self {
        Answer::new(status).with("Cache-Control", "no-store").of("text/plain; charset=utf-8", format!("{text}\n").into_bytes())
    }
}

/// A name with a hash in it never changes what it means; everything else is asked for again, which costs a 304.
fn cache_control(path: &str) -> &'static str {
    let is_immutable = variable("IMMUTABLE").split(',').map(str::trim).any(|prefix| !prefix.is_empty() && path.starts_with(prefix));
    if is_immutable { "public, max-age=31536000, immutable" } else { "no-cache" }
}

/// The file with `200`, or what the request's conditions make of it.
fn send(file: &Path, path: &str) -> Answer {
    let Ok(content) = fs::read(file) else { return Answer::text("500 Internal Server Error", "This file cannot be read.") };
    let tag = conditions::entity_tag(&content);
    let cache = cache_control(path);
    let media_type = media_type::of(&file.to_string_lossy());

    let (matches, none_matches) = (variable("HTTP_IF_MATCH"), variable("HTTP_IF_NONE_MATCH"));
    if !matches.is_empty() && !conditions::names(&matches, &tag, false) {
        return Answer::text("412 Precondition Failed", "The file is another one by now.");
    }
    if !none_matches.is_empty() && conditions::names(&none_matches, &tag, true) {
        return Answer::new("304 Not Modified").with("ETag", &tag).with("Cache-Control", cache);
    }

    let if_range = variable("HTTP_IF_RANGE");
    let is_for_get = variable("REQUEST_METHOD") == "GET" && (if_range.is_empty() || if_range.trim() == tag);
    let part = if is_for_get { conditions::part_of(&variable("HTTP_RANGE"), content.len()) } else { Part::Whole };
    let size = content.len();
    let about = |answer: Answer| answer.with("ETag", &tag).with("Cache-Control", cache).with("Accept-Ranges", "bytes");
    match part {
        Part::Whole => about(Answer::new("200 OK")).of(media_type, content),
        Part::Bytes(range) => about(Answer::new("206 Partial Content"))
            .with("Content-Range", &format!("bytes {}-{}/{size}", range.start, range.end - 1))
            .of(media_type, content[range].to_vec()),
        Part::Unsatisfiable => {
            let answer = Answer::text("416 Range Not Satisfiable", "The file has no such part.");
            answer.with("Content-Range", &format!("bytes */{size}"))
        }
    }
}

/// For a path of nothing: the page of a single-page app, which has addresses of its own, or the page that says so.
fn send_nothing(root: &Path) -> Answer {
    let fallback = variable("FALLBACK");
    // A script or picture that is missing is missing: only a person's visit is answered with the page.
    if !fallback.is_empty() && variable("HTTP_ACCEPT").contains("text/html") {
        if let Found::File(file) = site::find(root, &fallback) {
            return send(&file, &fallback);
        }
    }
    match fs::read(root.join("404.html")) {
        Ok(page) => Answer::new("404 Not Found").with("Cache-Control", "no-store").of("text/html; charset=utf-8", page),
        Err(_) => Answer::text("404 Not Found", "There is no such file here."),
    }
}

/// The same address with a slash, as a reference to its last name: right wherever the site is mounted, and never another host.
fn with_slash() -> String {
    let uri = variable("REQUEST_URI");
    let (path, query) = uri.split_once('?').map_or((uri.as_str(), None), |(path, query)| (path, Some(query)));
    let name = path.rsplit('/').next().unwrap_or_default();
    query.map_or_else(|| format!("./{name}/"), |query| format!("./{name}/?{query}"))
}

fn answer() -> Answer {
    match variable("REQUEST_METHOD").as_str() {
        "GET" | "HEAD" => {}
        "OPTIONS" => return Answer::new("204 No Content").with("Allow", METHODS),
        _ => return Answer::text("405 Method Not Allowed", "Files here can only be read.").with("Allow", METHODS),
    }
    let root = Some(variable("DOCUMENT_ROOT")).filter(|root| !root.is_empty()).unwrap_or_else(|| "/".into());
    let root = PathBuf::from(root);
    let path = variable("X_RAW_PATH_INFO");
    match site::find(&root, &path) {
        Found::File(file) => send(&file, &path),
        Found::NeedsSlash => Answer::new("301 Moved Permanently").with("Location", &with_slash()),
        Found::Nothing => send_nothing(&root),
    }
}

fn main() -> io::Result<()> {
    let Answer { head, content } = answer();
    let mut out = io::BufWriter::new(io::stdout().lock());
    write!(out, "{head}\n")?;
    if variable("REQUEST_METHOD") != "HEAD" {
        out.write_all(&content)?;
    }
    out.flush()
}
