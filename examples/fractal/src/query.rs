use std::str::FromStr;

/// The value of `key`, or `otherwise` when it is missing or cannot be read.
pub fn number<T: FromStr>(query: &str, key: &str, otherwise: T) -> T {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| *name == key)
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(otherwise)
}
