//! A QR code service, as a WAGI handler (CGI/1.1 over WASI preview 1). Without a query it answers with the page;
//! `?text=hello` is the code as SVG, `?text=hello&format=text` the same in block characters for a terminal.

mod query;

use qrcodegen::{QrCode, QrCodeEcc};
use std::env;
use std::fmt::Write as _;
use std::io::{self, Write};

const PAGE: &str = include_str!("page.html");
/// Light modules around the code, which readers need.
const QUIET: i32 = 4;

fn main() -> io::Result<()> {
    let query = env::var("QUERY_STRING").unwrap_or_default();
    let mut out = io::stdout().lock();
    let Some(text) = query::text(&query, "text") else {
        write!(out, "Content-Type: text/html; charset=utf-8\n\n{PAGE}")?;
        return out.flush();
    };
    let level = match query::text(&query, "level").as_deref() {
        Some("L") => QrCodeEcc::Low,
        Some("Q") => QrCodeEcc::Quartile,
        Some("H") => QrCodeEcc::High,
        _ => QrCodeEcc::Medium,
    };
    match QrCode::encode_text(&text, level) {
        Ok(code) if query::text(&query, "format").as_deref() == Some("text") => {
            write!(out, "Content-Type: text/plain; charset=utf-8\n\n{}", blocks(&code))?;
        }
        Ok(code) => write!(out, "Content-Type: image/svg+xml\nX-Qr-Version: {}\n\n{}", code.version().value(), svg(&code))?,
        Err(_) => {
            write!(out, "Status: 413\nContent-Type: text/plain; charset=utf-8\n\nThe text is too long for a QR code of this level: at most about 2,900 characters.\n")?;
        }
    }
    out.flush()
}

fn svg(code: &QrCode) -> String {
    let side = code.size() + 2 * QUIET;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            // Dark modules beside each other become one bar, which keeps seams from showing between them.
            let length = (x..code.size()).take_while(|&x| code.get_module(x, y)).count() as i32;
            if length > 0 {
                write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET).expect("a String takes any text");
            }
            x += length.max(1);
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{0}\" height=\"{0}\" shape-rendering=\"crispEdges\">\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#17133a\"/></svg>\n",
        side * 8
    )
}

/// Two rows of modules a line; light ones are drawn, for terminals are dark.
fn blocks(code: &QrCode) -> String {
    let is_light = |x: i32, y: i32| !code.get_module(x, y);
    let mut text = String::new();
    for y in (-2..code.size() + 2).step_by(2) {
        text.extend((-2..code.size() + 2).map(|x| match (is_light(x, y), is_light(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        }));
        text.push('\n');
    }
    text
}
