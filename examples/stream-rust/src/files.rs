use crate::json;
use wasip2::filesystem::preopens;
use wasip2::filesystem::types::{Descriptor, ErrorCode};

fn entries(directory: &Descriptor) -> Result<Vec<String>, ErrorCode> {
    let stream = directory.read_directory()?;
    let mut found = Vec::new();
    while let Some(entry) = stream.read_directory_entry()? {
        found.push(format!(
            r#"{{"name":{},"type":{}}}"#,
            json::string(&entry.name),
            json::string(&format!("{:?}", entry.type_))
        ));
    }
    Ok(found)
}

pub fn report() -> String {
    let directories = preopens::get_directories();
    let preopens = directories.iter().map(|(directory, path)| match entries(directory) {
        Ok(found) => format!(r#"{{"path":{},"entries":{}}}"#, json::string(path), json::array(found)),
        Err(code) => {
            format!(r#"{{"path":{},"error":{}}}"#, json::string(path), json::string(code.name()))
        }
    });
    format!(r#"{{"preopens":{}}}"#, json::array(preopens))
}
