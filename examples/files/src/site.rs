//! From the path of a request to a file below the root, and never to one outside of it.

use std::fs;
use std::path::{Path, PathBuf};

/// What lies at a path.
pub enum Found {
    File(PathBuf),
    /// A folder that was asked for without the slash at its end: links in its page would lead beside it.
    NeedsSlash,
    Nothing,
}

pub fn find(root: &Path, raw_path: &str) -> Found {
    let Some(place) = place_of(root, raw_path) else { return Found::Nothing };
    let wants_folder = raw_path.ends_with('/');
    match fs::metadata(&place) {
        Ok(data) if data.is_dir() => {
            let index = place.join("index.html");
            match index.is_file() {
                true if wants_folder => Found::File(index),
                true => Found::NeedsSlash,
                false => Found::Nothing,
            }
        }
        Ok(_) if !wants_folder => Found::File(place),
        Ok(_) => Found::Nothing,
        Err(_) if !wants_folder => {
            // "/about" for "about.html", as hosts of static sites have it.
            let mut page = place.into_os_string();
            page.push(".html");
            let page = PathBuf::from(page);
            if page.is_file() { Found::File(page) } else { Found::Nothing }
        }
        Err(_) => Found::Nothing,
    }
}

/// `raw_path`, still percent-encoded, below `root`. None for what could lead out of it, and for hidden files.
/// Decoded name by name, so that an encoded slash cannot make two names of one.
fn place_of(root: &Path, raw_path: &str) -> Option<PathBuf> {
    let mut place = root.to_path_buf();
    for part in raw_path.split('/').filter(|part| !part.is_empty()) {
        let name = percent_decoded(part)?;
        let is_hidden = name.starts_with('.') && name != ".well-known";
        if is_hidden || name.contains(['/', '\\', '\0']) {
            return None;
        }
        place.push(name);
    }
    Some(place)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = (*first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(out).ok()
}
