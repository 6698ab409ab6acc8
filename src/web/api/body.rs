//! What a program sent, read strictly: an unknown name is an error that says which.
use crate::web::error::WebError;
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web;
use serde::de::DeserializeOwned;

/// Reads the whole body within `limit` bytes; an absent one is `{}`.
///
/// # Errors
/// 413, and 415 for anything but JSON.
pub(super) async fn text(req: HttpRequest, payload: web::Payload, limit: usize) -> Result<String, WebError> {
    let too_large = || {
        let sentence = format!("내용이 너무 큽니다. {}KiB 안으로 줄여 주세요.", limit / 1024);
        WebError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", &sentence)
    };
    let bytes = payload.to_bytes_limited(limit).await.map_err(|_e| too_large())?;
    let bytes = bytes.map_err(|_e| bad_json("본문을 끝까지 받지 못했습니다. 다시 보내 주세요."))?;
    if bytes.is_empty() {
        return Ok("{}".to_owned());
    }
    if !is_json(&req) {
        return Err(WebError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "본문은 JSON이어야 합니다. Content-Type: application/json 으로 보내 주세요.",
        ));
    }
    String::from_utf8(bytes.to_vec()).map_err(|_e| bad_json("본문은 UTF-8이어야 합니다."))
}

fn is_json(req: &HttpRequest) -> bool {
    let kind = req.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// The payload of a request, to be read in a future of its own.
pub(super) fn payload(req: &HttpRequest, payload: &mut Payload) -> Option<web::Payload> {
    use actix_web::FromRequest;
    use futures_util::future::FutureExt;
    web::Payload::from_request(req, payload).now_or_never().and_then(Result::ok)
}

fn bad_json(sentence: &str) -> WebError {
    WebError::new(StatusCode::BAD_REQUEST, "bad_json", sentence)
}

/// The body as the operation's own type.
///
/// # Errors
/// 400 `bad_json` for what is no JSON, 422 naming the member that does not fit.
pub(super) fn json<T: DeserializeOwned>(text: &str) -> Result<T, WebError> {
    // A value of the wrong type would be found before a bracket that is missing further on.
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err_and(|e| !e.is_data()) {
        return Err(bad_json("JSON으로 읽지 못했습니다. 따옴표와 괄호를 확인해 주세요."));
    }
    let mut read = serde_json::Deserializer::from_str(text);
    match serde_path_to_error::deserialize::<_, T>(&mut read) {
        Ok(value) => {
            read.end().map_err(|_e| bad_json("JSON 값 하나만 보내 주세요."))?;
            Ok(value)
        }
        Err(e) if e.inner().is_data() => {
            let path = e.path().to_string();
            Err(unfit(path.trim_matches('.'), &e.inner().to_string()))
        }
        Err(_) => Err(bad_json("JSON으로 읽지 못했습니다. 따옴표와 괄호를 확인해 주세요.")),
    }
}

/// The query string as the operation's own type.
///
/// # Errors
/// 422 naming the parameter that does not fit.
pub(super) fn query<T: DeserializeOwned>(text: &str) -> Result<T, WebError> {
    serde_urlencoded::from_str(text).map_err(|e| {
        let said = e.to_string();
        // What is missing is not the fault of what is there.
        if said.starts_with("missing field") {
            return unfit("", &said);
        }
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).unwrap_or_default();
        let alone = |pair: &(String, String)| serde_urlencoded::to_string([pair]).unwrap_or_default();
        let unfitting = |pair: &&(String, String)| {
            let read = serde_urlencoded::from_str::<T>(&alone(pair));
            read.is_err_and(|e| !e.to_string().starts_with("missing field"))
        };
        let wrong = pairs.iter().find(unfitting);
        unfit(wrong.map_or("", |(name, _)| name), &said)
    })
}

/// serde's words say what is wrong in English and quote the names; ours say it in Korean at the member.
fn unfit(path: &str, said: &str) -> WebError {
    let quoted = |after: &str| {
        said.split_once(after).and_then(|(_, rest)| rest.split_once('`')).map(|(name, _)| name.to_owned())
    };
    let below = |name: String| {
        let inside = path.is_empty() || path == name || path.ends_with(&format!(".{name}"));
        match (path, inside) {
            ("", _) => name,
            (path, true) => path.to_owned(),
            (path, false) => format!("{path}.{name}"),
        }
    };
    let (name, sentence) = if let Some(name) = quoted("unknown field `") {
        (below(name), "모르는 항목입니다. 이름을 확인하거나 빼 주세요.".to_owned())
    } else if let Some(name) = quoted("missing field `") {
        (below(name), "꼭 있어야 하는 항목입니다.".to_owned())
    } else if let Some(name) = quoted("duplicate field `") {
        (below(name), "같은 항목이 두 번 있습니다. 하나만 보내 주세요.".to_owned())
    } else if quoted("unknown variant `").is_some() {
        let known = said.split_once("expected").map_or("", |(_, rest)| rest);
        let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        let sentence = format!("보기 가운데 하나를 보내 주세요: {}", known.join(", "));
        (path.to_owned(), sentence)
    } else {
        (path.to_owned(), "값의 꼴이 맞지 않습니다. openapi.json에 적힌 대로 보내 주세요.".to_owned())
    };
    WebError::invalid(vec![(name, sentence)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codes::Side;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Door {
        #[expect(dead_code, reason = "only read")]
        side: Side,
        #[expect(dead_code, reason = "only read")]
        n: Option<i64>,
    }
    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct House {
        #[expect(dead_code, reason = "only read")]
        door: Door,
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let name = |body: &str| json::<House>(body).unwrap_err().fields.first().map(|f| f.0.clone());
        assert_eq!(name(r#"{"door":{"side":"applicant","x":1}}"#).as_deref(), Some("door.x"));
        assert_eq!(name(r#"{"door":{}}"#).as_deref(), Some("door.side"));
        assert_eq!(name(r#"{"door":{"side":"applicant","n":"a"}}"#).as_deref(), Some("door.n"));
        assert_eq!(name("{}").as_deref(), Some("door"));
        let choice = json::<House>(r#"{"door":{"side":"both"}}"#).unwrap_err();
        assert!(choice.fields[0].1.ends_with("applicant, respondent"), "{choice:?}");
        for broken in ["", "{", r#"{"door":1"#] {
            assert_eq!(json::<House>(broken).unwrap_err().code, "bad_json", "{broken}");
        }
        assert_eq!(json::<Option<i64>>("1 2").unwrap_err().code, "bad_json");
    }

    #[test]
    fn a_query_is_read_as_strictly() {
        assert_eq!(query::<Door>("side=applicant&n=x").unwrap_err().fields[0].0, "n");
        assert_eq!(query::<Door>("side=applicant&m=1").unwrap_err().fields[0].0, "m");
        assert_eq!(query::<Door>("n=x&side=applicant").unwrap_err().fields[0].0, "n");
        assert_eq!(query::<Door>("n=1").unwrap_err().fields[0].0, "side");
        assert!(query::<Door>("side=applicant&n=1").is_ok());
    }
}
