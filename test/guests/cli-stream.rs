//! A component that exports `wasi:cli/run`, as WAGI: gives each piece of its standard input back as it comes, after a wait of `?ms=`.
//! `rustc --edition 2021 --target wasm32-wasip2 -C opt-level=z -C lto=fat -C panic=abort -C strip=symbols -o cli-stream.wasm cli-stream.rs`

use std::io::{Read, Write};
use std::time::Duration;

fn main() {
    let query = std::env::var("QUERY_STRING").unwrap_or_default();
    let ms = query.strip_prefix("ms=").and_then(|value| value.parse().ok()).unwrap_or(0);
    let (mut stdin, mut stdout) = (std::io::stdin(), std::io::stdout());
    let mut piece = [0; 4096];
    let _ = stdout.write_all(b"Content-Type: text/plain\n\n");
    while let Ok(length @ 1..) = stdin.read(&mut piece) {
        if ms > 0 {
            std::thread::sleep(Duration::from_millis(ms));
        }
        if stdout.write_all(&piece[..length]).and_then(|()| stdout.flush()).is_err() {
            return;
        }
    }
}
