//! Versions in headers: ETag, If-Match and If-None-Match (RFC 9110, sections 8.8.3, 13.1.1 and 13.1.2).

use api::Problem;
use axum::http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{IF_MATCH, IF_NONE_MATCH},
};

use crate::http::query::malformed;

/// The version as an ETag: `"v3"`.
pub(crate) fn etag(version: i64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"v{version}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("\"v0\""))
}

/// The version that the caller believes to change; none if any will do.
pub(crate) fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(text) = one(headers, &IF_MATCH)? else { return Ok(None) };
    if text == "*" {
        return Ok(None);
    }
    let wrong =
        || malformed(format!("If-Match is {text}: give one ETag as it came, as \"v3\", or *"));
    version(text).map(Some).ok_or_else(wrong)
}

/// The caller has this version already.
pub(crate) fn is_known(headers: &HeaderMap, current: i64) -> bool {
    has(headers, |tag| version(tag) == Some(current))
}

/// The caller has something with such a tag already.
pub(crate) fn has(headers: &HeaderMap, is_such: impl Fn(&str) -> bool) -> bool {
    let all = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(',')).map(str::trim).any(|tag| {
        let strong = tag.strip_prefix("W/").unwrap_or(tag);
        tag == "*" || is_such(strong)
    })
}

fn version(tag: &str) -> Option<i64> {
    let digits = tag.strip_prefix("\"v")?.strip_suffix('"')?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// The text of a header that may come once.
pub(crate) fn one<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a str>, Problem> {
    let mut all = headers.get_all(name).iter();
    let first = all.next();
    if all.next().is_some() {
        return Err(malformed(format!("the header {name} is given twice")));
    }
    let text = first.map(|value| value.to_str().map(str::trim));
    text.transpose().map_err(|_| malformed(format!("the header {name} is not ASCII text")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn if_match_gives_the_version() {
        let read = |values: &[&str]| if_match(&headers(IF_MATCH, values));
        assert_eq!(read(&[]).unwrap(), None);
        assert_eq!(read(&["*"]).unwrap(), None);
        assert_eq!(read(&["\"v12\""]).unwrap(), Some(12));
        for bad in [
            "12",
            "v12",
            "\"12\"",
            "\"v\"",
            "W/\"v1\"",
            "\"v1\", \"v2\"",
            "\"v-1\"",
            "\"v99999999999999999999\"",
        ] {
            assert!(read(&[bad]).unwrap_err().detail.contains("give one ETag"), "{bad}");
        }
        assert_eq!(
            read(&["\"v1\"", "\"v2\""]).unwrap_err().detail,
            "the header if-match is given twice"
        );
    }

    #[test]
    fn if_none_match_knows_the_version() {
        let known = |values: &[&str]| is_known(&headers(IF_NONE_MATCH, values), 3);
        assert!(
            known(&["\"v3\""])
                && known(&["\"v1\", W/\"v3\""])
                && known(&["*"])
                && known(&["\"v1\"", "\"v3\""])
        );
        assert!(!known(&[]) && !known(&["\"v2\""]) && !known(&["v3"]) && !known(&["\"x\""]));
    }

    #[test]
    fn an_etag_comes_back_as_it_went() {
        let tag = etag(7);
        assert_eq!(tag, "\"v7\"");
        assert_eq!(if_match(&headers(IF_MATCH, &[tag.to_str().unwrap()])).unwrap(), Some(7));
    }
}
