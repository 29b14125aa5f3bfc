//! What the server says, in the language of who asks: a catalogue of messages with the places where something stands.
//!
//! Rooms below say what they have to say in English, with figures and names in it. Here a message is recognised by its
//! words and said again with the same figures and names. What is in no catalogue stays English.

use std::sync::LazyLock;

use serde_json::Value;

const CATALOGUE: &str = include_str!("zh.txt");
/// Messages within messages: a field, a line, a reason.
const DEEPEST: u32 = 5;
/// Fields whose text is for people.
const SPOKEN: [&str; 3] = ["detail", "message", "reason"];
/// What users wrote themselves.
const QUOTED: [&str; 2] = ["spec", "metadata"];

static CHINESE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(CATALOGUE));

/// A language that messages are said in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    /// Simplified, `zh-CN`.
    Chinese,
}

impl Language {
    /// The first choice of a header `Accept-Language` (RFC 9110, section 12.5.4) among those spoken; English if none is.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let wanted = header.split(',').filter_map(|range| {
            let (tag, rest) = range.split_once(';').unwrap_or((range, ""));
            let weight = rest.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.parse().ok())?;
            Some((Self::of(tag.trim())?, weight)).filter(|(_, weight)| *weight > 0.0)
        });
        // Of equal weight the first.
        let best =
            wanted.reduce(|best, next: (Self, f32)| if next.1 > best.1 { next } else { best });
        best.map_or(Self::English, |(language, _)| language)
    }

    fn of(tag: &str) -> Option<Self> {
        match tag.split('-').next()? {
            it if it.eq_ignore_ascii_case("zh") => Some(Self::Chinese),
            it if it.eq_ignore_ascii_case("en") || it == "*" => Some(Self::English),
            _ => None,
        }
    }

    /// For the header `Content-Language`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// A message in this language; as it is if the catalogue does not have it.
    #[must_use]
    pub fn say(self, message: &str) -> String {
        let said = match self {
            Self::English => None,
            Self::Chinese => CHINESE.say(message, DEEPEST),
        };
        said.unwrap_or_else(|| message.to_owned())
    }

    /// Says what is for people in an answer; names, codes and what users wrote stay as they are.
    pub fn say_all(self, answer: &mut Value) {
        match answer {
            Value::Array(items) => items.iter_mut().for_each(|item| self.say_all(item)),
            Value::Object(fields) => {
                // Of problems alone: titles of resources are their owners'.
                let problem = fields.contains_key("status") && fields.contains_key("type");
                for (name, value) in fields {
                    match value {
                        Value::String(text)
                            if SPOKEN.contains(&name.as_str()) || problem && name == "title" =>
                        {
                            *text = self.say(text);
                        }
                        _ if QUOTED.contains(&name.as_str()) => {}
                        value => self.say_all(value),
                    }
                }
            }
            _ => {}
        }
    }
}

/// Messages, the one with most words of its own first.
struct Catalogue(Vec<Entry>);

struct Entry {
    /// The words between the places where something stands: one more than there are places.
    words: Vec<&'static str>,
    said: &'static str,
}

impl Catalogue {
    fn read(text: &'static str) -> Self {
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
        let lines: Vec<&str> = lines.collect();
        let pairs = lines.chunks_exact(2).filter_map(|pair| match pair {
            [english, said] => Some(Entry { words: english.split("{}").collect(), said }),
            _ => None,
        });
        let mut entries: Vec<Entry> = pairs.collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.words.concat().len()));
        Self(entries)
    }

    fn say(&self, message: &str, depth: u32) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let known = self.0.iter().find_map(|entry| {
            let found = entry.found(message)?;
            let found = found.into_iter().map(|part| self.say_or_keep(part, depth));
            Some(filled(entry.said, &found.collect::<Vec<_>>()))
        });
        known.or_else(|| self.after_a_place(message, depth))
    }

    fn say_or_keep(&self, part: &str, depth: u32) -> String {
        self.say(part, depth).unwrap_or_else(|| part.to_owned())
    }

    /// "spec.pue: line 7, column 5: a PUE of 0.9 cannot be": a place, and what is wrong there.
    fn after_a_place(&self, message: &str, depth: u32) -> Option<String> {
        let (place, wrong) = message.split_once(": ")?;
        let said = self.say(wrong, depth)?;
        Some(format!("{}: {said}", self.say_or_keep(place, depth)))
    }
}

impl Entry {
    /// What stands in the places, if the message is this one. A message within it comes after a colon.
    fn found<'m>(&self, message: &'m str) -> Option<Vec<&'m str>> {
        let [first, between @ .., last] = self.words.as_slice() else {
            return (self.words == [message]).then(Vec::new);
        };
        let mut rest = message.strip_prefix(first)?.strip_suffix(last)?;
        let mut found = Vec::with_capacity(between.len() + 1);
        for words in between {
            let (part, after) = rest.split_once(words)?;
            found.push(part);
            rest = after;
        }
        found.push(rest);
        let fits = |(part, before): (&&str, &&str)| {
            !part.contains(": ")
                || before.is_empty()
                || before.ends_with(": ")
                || before.ends_with('`')
        };
        found.iter().zip(&self.words).all(fits).then_some(found)
    }
}

/// The text with `{1}`, `{2}`, ... replaced.
fn filled(said: &str, parts: &[String]) -> String {
    let mut text = String::with_capacity(said.len());
    for (at, piece) in said.split('{').enumerate() {
        let (number, words) = piece.split_once('}').unwrap_or(("", piece));
        let part = number.parse::<usize>().ok().and_then(|it| parts.get(it.checked_sub(1)?));
        match part {
            Some(part) => {
                text.push_str(part);
                text.push_str(words);
            }
            None if at == 0 => text.push_str(piece),
            None => {
                text.push('{');
                text.push_str(piece);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use expect_test::expect;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_header_chooses() {
        let of = |header| Language::accepted(header).tag();
        let headers = [
            "",
            "fr",
            "en",
            "zh",
            "zh-CN,zh;q=0.9,en;q=0.8",
            "en;q=0.5, zh-TW",
            "en,zh",
            "zh;q=0",
            "zh;q=x",
            "*, zh;q=0.5",
            "ZH-Hans",
        ];
        let chosen: Vec<_> =
            headers.iter().map(|header| format!("{header} -> {}", of(header))).collect();
        expect![[r#"
             -> en
            fr -> en
            en -> en
            zh -> zh-CN
            zh-CN,zh;q=0.9,en;q=0.8 -> zh-CN
            en;q=0.5, zh-TW -> zh-CN
            en,zh -> en
            zh;q=0 -> en
            zh;q=x -> en
            *, zh;q=0.5 -> en
            ZH-Hans -> zh-CN"#]]
        .assert_eq(&chosen.join("\n"));
    }

    #[test]
    fn each_entry_says_what_stands_in_it() {
        let mut seen = BTreeSet::new();
        for entry in &CHINESE.0 {
            let english = entry.words.join("{}");
            assert!(seen.insert(english.clone()), "twice: {english}");
            let parts: Vec<String> = (1..entry.words.len()).map(|it| format!("<{it}>")).collect();
            let mut message = entry.words[0].to_owned();
            for (part, words) in parts.iter().zip(&entry.words[1..]) {
                message = format!("{message}{part}{words}");
            }
            let said = Language::Chinese.say(&message);
            assert_eq!(said, filled(entry.said, &parts), "{english}");
            for part in &parts {
                assert!(said.contains(part.as_str()), "{english}: {part} is lost in {said}");
            }
            assert!(!said.contains('{'), "{said}");
        }
        assert_eq!(
            CATALOGUE.lines().filter(|it| !it.is_empty() && !it.starts_with("# ")).count() % 2,
            0
        );
        assert!(seen.len() > 200);
    }

    #[test]
    fn every_title_is_in_the_catalogue() {
        for kind in crate::ProblemKind::ALL {
            let (_, _, title) = kind.describe();
            assert_ne!(Language::Chinese.say(title), title);
        }
    }

    #[test]
    fn messages_within_messages() {
        let messages = [
            "spec.network.latency: line 9, column 14: `20mz` has an unknown unit for a length of time: use one of ns, us, ms, s, min, h, d, as \"20ms\"",
            "spec.pue: a PUE of 0.9 cannot be: use 1 to 5 (and 2 more)",
            "`t` (member of project `a`) may not `apply` a Site in the grid: no rule permits it; the nearest, `operator-runs-the-world`, would for a token with the role operator",
            "3 tasks did not succeed, one ended with exit code 7",
            "the agent sang: la la",
            "there is no site `x`",
        ];
        let said: Vec<_> = messages.iter().map(|it| Language::Chinese.say(it)).collect();
        expect![[r#"
            spec.network.latency: 第 9 行第 14 列: `20mz` 的单位不是时长的单位：请用 ns, us, ms, s, min, h, d 之一，如 "20ms"
            spec.pue: PUE 不可能为 0.9：请用 1 到 5（另有 2 处）
            `t`（项目 `a` 的 member）不可在全网对 Site 执行 `apply`：没有规则允许；最接近的规则 `operator-runs-the-world` 允许的令牌角色是 operator
            3 个任务没有成功，其中一个以退出码 7 结束
            the agent sang: la la
            没有站点 `x`"#]].assert_eq(&said.join("\n"));
        assert_eq!(Language::English.say(messages[0]), messages[0]);
    }

    #[test]
    fn only_what_is_for_people_is_said() {
        let answer = |title, detail| {
            json!({
                "type": "urn:jingwei:problem:infeasible", "status": 422, "title": title, "detail": detail,
                "candidates": [{"site": "there is no pool", "refused": {"rule": "flavor", "detail": detail}}],
                "job": {"spec": {"env": {"detail": "there is no pool"}}, "title": "The order cannot be met"},
            })
        };
        let mut said = answer("The order cannot be met", "there is no pool");
        Language::Chinese.say_all(&mut said);
        assert_eq!(said, answer("订单无法满足", "没有资源池"));
    }
}
