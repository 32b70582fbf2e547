use crate::{json, respond};
use wasip2::http::outgoing_handler;
use wasip2::http::types::{ErrorCode, Fields, IncomingResponse, OutgoingRequest, Scheme};

const PREVIEW_BYTES: usize = 1024;

fn split_url(url: &str) -> Option<(Scheme, &str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = match scheme {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        other => Scheme::Other(other.into()),
    };
    let rest = rest.split('#').next()?;
    let path_at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(path_at);
    (!authority.is_empty()).then_some((scheme, authority, path))
}

fn send(url: &str) -> Result<IncomingResponse, Failure> {
    let (scheme, authority, path) = split_url(url).ok_or(Failure::NotAUrl)?;
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let request = OutgoingRequest::new(Fields::new());
    request.set_scheme(Some(&scheme)).map_err(|()| Failure::NotAUrl)?;
    request.set_authority(Some(authority)).map_err(|()| Failure::NotAUrl)?;
    request.set_path_with_query(Some(&path)).map_err(|()| Failure::NotAUrl)?;
    let future = outgoing_handler::handle(request, None).map_err(Failure::Code)?;
    future.subscribe().block();
    future
        .get()
        .expect("the pollable was ready")
        .expect("the answer is taken once")
        .map_err(Failure::Code)
}

enum Failure {
    NotAUrl,
    Code(ErrorCode),
}

/// What a GET of `url` came to, as JSON. A refusal by the host is an answer like any other here.
pub fn report(url: &str) -> String {
    let response = match send(url) {
        Ok(response) => response,
        Err(Failure::NotAUrl) => return r#"{"ok":false,"error":"not-a-url"}"#.into(),
        Err(Failure::Code(code)) => {
            return format!(
                r#"{{"ok":false,"error":{},"detail":{}}}"#,
                json::string(name_of(&code)),
                json::string(&format!("{code:?}"))
            );
        }
    };
    let headers = response.headers().entries();
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value))).collect();
    let mut total_bytes = 0;
    let mut preview = Vec::new();
    let body = response.consume().expect("the body is taken once");
    let stream = body.stream().expect("the stream is taken once");
    let complete = respond::read_all(&stream, |chunk| {
        total_bytes += chunk.len() as u64;
        let room = PREVIEW_BYTES - preview.len();
        preview.extend_from_slice(&chunk[..chunk.len().min(room)]);
        Ok(())
    });
    format!(
        r#"{{"ok":true,"status":{},"headers":{},"bytes":{total_bytes},"complete":{},"preview":{}}}"#,
        response.status(),
        json::pairs(headers.iter().map(|(name, value)| (*name, value.as_ref()))),
        complete.is_ok(),
        json::string(&String::from_utf8_lossy(&preview)),
    )
}

/// The case's name as the WIT spells it.
fn name_of(code: &ErrorCode) -> &'static str {
    match code {
        ErrorCode::DnsTimeout => "DNS-timeout",
        ErrorCode::DnsError(_) => "DNS-error",
        ErrorCode::DestinationNotFound => "destination-not-found",
        ErrorCode::DestinationUnavailable => "destination-unavailable",
        ErrorCode::DestinationIpProhibited => "destination-IP-prohibited",
        ErrorCode::DestinationIpUnroutable => "destination-IP-unroutable",
        ErrorCode::ConnectionRefused => "connection-refused",
        ErrorCode::ConnectionTerminated => "connection-terminated",
        ErrorCode::ConnectionTimeout => "connection-timeout",
        ErrorCode::ConnectionReadTimeout => "connection-read-timeout",
        ErrorCode::ConnectionWriteTimeout => "connection-write-timeout",
        ErrorCode::ConnectionLimitReached => "connection-limit-reached",
        ErrorCode::TlsProtocolError => "TLS-protocol-error",
        ErrorCode::TlsCertificateError => "TLS-certificate-error",
        ErrorCode::TlsAlertReceived(_) => "TLS-alert-received",
        ErrorCode::HttpRequestDenied => "HTTP-request-denied",
        ErrorCode::HttpRequestLengthRequired => "HTTP-request-length-required",
        ErrorCode::HttpRequestBodySize(_) => "HTTP-request-body-size",
        ErrorCode::HttpRequestMethodInvalid => "HTTP-request-method-invalid",
        ErrorCode::HttpRequestUriInvalid => "HTTP-request-URI-invalid",
        ErrorCode::HttpRequestUriTooLong => "HTTP-request-URI-too-long",
        ErrorCode::HttpRequestHeaderSectionSize(_) => "HTTP-request-header-section-size",
        ErrorCode::HttpRequestHeaderSize(_) => "HTTP-request-header-size",
        ErrorCode::HttpRequestTrailerSectionSize(_) => "HTTP-request-trailer-section-size",
        ErrorCode::HttpRequestTrailerSize(_) => "HTTP-request-trailer-size",
        ErrorCode::HttpResponseIncomplete => "HTTP-response-incomplete",
        ErrorCode::HttpResponseHeaderSectionSize(_) => "HTTP-response-header-section-size",
        ErrorCode::HttpResponseHeaderSize(_) => "HTTP-response-header-size",
        ErrorCode::HttpResponseBodySize(_) => "HTTP-response-body-size",
        ErrorCode::HttpResponseTrailerSectionSize(_) => "HTTP-response-trailer-section-size",
        ErrorCode::HttpResponseTrailerSize(_) => "HTTP-response-trailer-size",
        ErrorCode::HttpResponseTransferCoding(_) => "HTTP-response-transfer-coding",
        ErrorCode::HttpResponseContentCoding(_) => "HTTP-response-content-coding",
        ErrorCode::HttpResponseTimeout => "HTTP-response-timeout",
        ErrorCode::HttpUpgradeFailed => "HTTP-upgrade-failed",
        ErrorCode::HttpProtocolError => "HTTP-protocol-error",
        ErrorCode::LoopDetected => "loop-detected",
        ErrorCode::ConfigurationError => "configuration-error",
        ErrorCode::InternalError(_) => "internal-error",
    }
}
