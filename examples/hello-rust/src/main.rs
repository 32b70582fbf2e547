//! A WAGI handler: CGI/1.1 over WASI preview 1. The request arrives in environment variables and on
//! standard input; the answer leaves on standard output as headers, an empty line and a body.

use std::env;
use std::fmt::Write as _;
use std::io::{self, Read, Write};

const CHUNK_BYTES: usize = 16 * 1024;

const STYLE: &str = "\
:root { color-scheme: light dark; --ink: #2b2019; --dim: #75655a; --paper: #faf6f2; --card: #fff; --line: #e8ddd3; --link: #b4410e; }
@media (prefers-color-scheme: dark) { :root { --ink: #f3ebe4; --dim: #b3a396; --paper: #171310; --card: #211b17; --line: #3b322b; --link: #ffab7a; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { width: min(38rem, 100% - 2rem); box-sizing: border-box; margin: 2rem 0; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem; }
h1 { margin: 0 0 .25rem; font-size: 2rem; overflow-wrap: anywhere; } p { color: var(--dim); } a { color: var(--link); }
dl { display: grid; grid-template-columns: auto 1fr; gap: .4rem 1rem; } dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
input, button { font: inherit; padding: .4rem .7rem; border: 1px solid var(--line); border-radius: .5rem; background: none; color: inherit; }";

/// `text` safe as HTML content and as a quoted attribute.
fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn json(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => write!(out, "\\u{:04x}", c as u32).expect("a String takes any text"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escaped {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn query_value(query: &str, key: &str) -> Option<String> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| *name == key)
        .map(|(_, value)| percent_decoded(value))
}

fn variable(name: &str) -> String {
    env::var_os(name).map_or_else(String::new, |value| value.to_string_lossy().into_owned())
}

fn echo_body(out: &mut impl Write) -> io::Result<()> {
    let content_type = variable("CONTENT_TYPE");
    let content_type = if content_type.is_empty() { "application/octet-stream" } else { &content_type };
    write!(out, "Content-Type: {content_type}\n\n")?;
    out.flush()?;
    let mut input = io::stdin().lock();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let length = input.read(&mut chunk)?;
        if length == 0 {
            return Ok(());
        }
        out.write_all(&chunk[..length])?;
        // Standard output keeps an unfinished line back; the caller should see each chunk at once.
        out.flush()?;
    }
}

fn main() -> io::Result<()> {
    // Block-buffered, because line buffering would cost a host call for each line of the page.
    let mut out = io::BufWriter::new(io::stdout().lock());
    let method = variable("REQUEST_METHOD");
    if matches!(method.as_str(), "POST" | "PUT" | "PATCH") {
        return echo_body(&mut out);
    }

    let query = variable("QUERY_STRING");
    let name = query_value(&query, "name").filter(|name| !name.is_empty()).unwrap_or_else(|| "world".into());
    let greeting = Some(variable("GREETING")).filter(|text| !text.is_empty()).unwrap_or_else(|| "Hello".into());
    let (script, path) = (variable("SCRIPT_NAME"), variable("PATH_INFO"));
    let wants_json = match query_value(&query, "format") {
        Some(format) => format.eq_ignore_ascii_case("json"),
        None => variable("HTTP_ACCEPT").contains("application/json"),
    };

    if wants_json {
        let fields = [
            ("greeting", &greeting),
            ("name", &name),
            ("language", &"Rust".into()),
            ("method", &method),
            ("script", &script),
            ("path", &path),
            ("query", &query),
            ("host", &variable("HTTP_HOST")),
            ("agent", &variable("HTTP_USER_AGENT")),
        ]
        .map(|(key, value)| format!("{}:{}", json(key), json(value)));
        write!(out, "Content-Type: application/json\n\n{{{}}}\n", fields.join(","))?;
    } else {
        let rows: String = [("Method", &method), ("Mounted at", &script), ("Path", &path), ("Query", &query)]
            .map(|(label, value)| {
                let value = if value.is_empty() { "(empty)".into() } else { html(value) };
                format!("<dt>{label}</dt><dd><code>{value}</code></dd>\n")
            })
            .concat();
        // Links are a bare query, which keeps whatever path the handler was mounted at.
        write!(
            out,
            "Content-Type: text/html; charset=utf-8\n\n\
             <!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>Hello from Rust</title>\n<style>\n{STYLE}\n</style>\n\
             <main>\n<h1>{}, {}</h1>\n<p>This page was written by a Rust program compiled to WebAssembly.</p>\n\
             <dl>\n{rows}</dl>\n\
             <form><input name=\"name\" aria-label=\"Your name\" placeholder=\"Your name\"> <button>Greet</button></form>\n\
             <p><a href=\"?name=Ada%20%3CLovelace%3E&amp;x=1\">Greet Ada</a> · <a href=\"?format=json\">The same as JSON</a></p>\n\
             </main>\n</html>\n",
            html(&greeting),
            html(&name),
        )?;
    }
    out.flush()
}
