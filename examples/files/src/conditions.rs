//! What a client says of the copy that it has (RFC 9110 section 13), and which part of a file it asks for (section 14).

use std::ops::Range;

/// A strong entity tag of these bytes: FNV-1a and their number. Times would not do, for files get new ones with every start.
pub fn entity_tag(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("\"{hash:016x}-{:x}\"", bytes.len())
}

/// True when `field` (If-Match, If-None-Match) is `*` or names `tag`.
pub fn names(field: &str, tag: &str, is_weak_enough: bool) -> bool {
    field.trim() == "*"
        || field.split(',').map(str::trim).any(|item| match item.strip_prefix("W/") {
            Some(weak) => is_weak_enough && weak == tag,
            None => item == tag,
        })
}

/// What a Range field means for a file of `size` bytes.
#[derive(PartialEq)]
pub enum Part {
    /// The field is absent, of another unit, of several ranges or cannot be read: a server may pass it over (14.2).
    Whole,
    Bytes(Range<usize>),
    Unsatisfiable,
}

pub fn part_of(field: &str, size: usize) -> Part {
    let Some((unit, spec)) = field.split_once('=') else { return Part::Whole };
    let Some((first, last)) = spec.trim().split_once('-') else { return Part::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Part::Whole;
    }
    let (Ok(first), Ok(last)) = (position(first), position(last)) else { return Part::Whole };
    match (first, last) {
        (Some(first), Some(last)) if last < first => Part::Whole,
        (Some(first), _) if first >= size => Part::Unsatisfiable,
        (Some(first), Some(last)) => Part::Bytes(first..size.min(last.saturating_add(1))),
        (Some(first), None) => Part::Bytes(first..size),
        (None, Some(0)) => Part::Unsatisfiable,
        (None, Some(_)) if size == 0 => Part::Unsatisfiable,
        (None, Some(length)) => Part::Bytes(size.saturating_sub(length)..size),
        (None, None) => Part::Whole,
    }
}

/// None: absent. A number of too many digits is as good as the largest.
fn position(digits: &str) -> Result<Option<usize>, ()> {
    match digits {
        "" => Ok(None),
        _ if digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Some(digits.parse().unwrap_or(usize::MAX))),
        _ => Err(()),
    }
}
