//! A map of the Mandelbrot set, as a WAGI handler (CGI/1.1 over WASI preview 1). Without a query it answers with
//! the page; `?z=2&x=1&y=3` is one tile of the map, computed for this request and encoded as PNG.

mod png;
mod query;
mod tile;

use query::number;
use std::env;
use std::io::{self, Write};

const PAGE: &str = include_str!("page.html");
/// Beyond this an f64 cannot tell one pixel of a tile from the next.
const MAX_ZOOM: u32 = 42;
const MAX_SIZE: u32 = 512;

fn main() -> io::Result<()> {
    let query = env::var("QUERY_STRING").unwrap_or_default();
    let mut out = io::stdout().lock();
    if !query.split('&').any(|pair| pair.starts_with("z=")) {
        write!(out, "Content-Type: text/html; charset=utf-8\n\n{PAGE}")?;
        return out.flush();
    }
    let zoom: u32 = number(&query, "z", 0);
    let size: u32 = number(&query, "size", 256);
    let x: f64 = number(&query, "x", 0.0);
    let y: f64 = number(&query, "y", 0.0);
    if zoom > MAX_ZOOM || !(16..=MAX_SIZE).contains(&size) || !x.is_finite() || !y.is_finite() {
        write!(out, "Status: 400\nContent-Type: text/plain\n\nz is 0 to {MAX_ZOOM}, size 16 to {MAX_SIZE}, x and y are numbers\n")?;
        return out.flush();
    }
    let pixels = tile::render(zoom, x, y, size);
    let image = png::encode(&pixels, size, &tile::palette(number(&query, "hue", 0)));
    // The same tile is the same for ever.
    write!(out, "Content-Type: image/png\nContent-Length: {}\nCache-Control: max-age=86400\n\n", image.len())?;
    out.write_all(&image)?;
    out.flush()
}
