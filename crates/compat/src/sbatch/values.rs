//! Values of single options: sizes, counts, times, lists.

use units::Span;

const KIB: u64 = 1 << 10;

/// Memory in bytes: a number of MiB, or one with K, M, G or T.
pub(crate) fn memory(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is not an amount of memory: use one as 4000M or 16G");
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(digits.len()..).unwrap_or_default().to_ascii_uppercase();
    let scale = match unit.trim_end_matches('B').trim_end_matches('I') {
        "K" => KIB,
        "" | "M" => KIB * KIB,
        "G" => KIB * KIB * KIB,
        "T" => KIB * KIB * KIB * KIB,
        _ => return Err(wrong()),
    };
    digits.parse::<u64>().ok().and_then(|count| count.checked_mul(scale)).ok_or_else(wrong)
}

/// At least 1. `K` and `M` behind it are thousands and millions, as sbatch reads them.
pub(crate) fn count(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is not a number of 1 or more");
    let (digits, scale) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1_000),
        None => (text, 1),
    };
    let value = digits.parse::<u64>().ok().and_then(|count| count.checked_mul(scale));
    value.filter(|count| (1..=u64::from(u32::MAX)).contains(count)).ok_or_else(wrong)
}

/// Nodes as `4`, `2-4` (the smaller counts) or `4:8`-like sets, whose first number counts.
pub(crate) fn nodes(text: &str) -> Result<u64, String> {
    count(text.split(['-', ',', ':']).next().unwrap_or_default())
}

/// GPUs of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gpus {
    pub(crate) model: Option<String>,
    pub(crate) count: u64,
}

/// `4`, `a100:4` or `a100`; several kinds are not known here.
pub(crate) fn gpus(text: &str) -> Result<Gpus, String> {
    if text.contains(',') {
        return Err("GPUs of several models in one job are not known: name one".to_owned());
    }
    let whole = |model: Option<&str>, number: &str| {
        let number: u64 =
            number.parse().map_err(|_| format!("`{text}` is not a number of GPUs"))?;
        let model = model.filter(|model| !model.is_empty()).map(str::to_owned);
        Ok(Gpus { model, count: number })
    };
    match text.rsplit_once(':') {
        Some((model, number)) => whole(Some(model), number),
        None if text.starts_with(|c: char| c.is_ascii_digit()) => whole(None, text),
        None if text.is_empty() => Err("say how many".to_owned()),
        None => whole(Some(text), "1"),
    }
}

/// The GPUs in a list of generic resources, and the other entries.
pub(crate) fn gres(text: &str) -> Result<(Option<Gpus>, Vec<String>), String> {
    let mut found = None;
    let mut others = Vec::new();
    for entry in
        text.split(',').map(str::trim).filter(|entry| !entry.is_empty() && *entry != "none")
    {
        let entry =
            entry.strip_prefix("gres:").or_else(|| entry.strip_prefix("gres/")).unwrap_or(entry);
        // What stands behind `(` says which sockets.
        let plain = entry.split('(').next().unwrap_or(entry);
        let rest = match plain.strip_prefix("gpu") {
            Some("") => "1",
            Some(rest) if rest.starts_with([':', '=']) => rest.get(1..).unwrap_or_default(),
            _ => {
                others.push(entry.to_owned());
                continue;
            }
        };
        let one = gpus(&rest.replace('=', ":"))?;
        if found.replace(one).is_some() {
            return Err("GPUs of several models in one job are not known: name one".to_owned());
        }
    }
    Ok((found, others))
}

/// A time limit: minutes, M:S, H:M:S, D-H, D-H:M or D-H:M:S. None: no limit.
pub(crate) fn time_limit(text: &str) -> Result<Option<Span>, String> {
    let lower = text.to_ascii_lowercase();
    if ["unlimited", "infinite", "0", "-1"].contains(&lower.as_str()) {
        return Ok(None);
    }
    let wrong = || {
        format!(
            "`{text}` is not a time: use minutes, minutes:seconds, hours:minutes:seconds or days-hours:minutes:seconds"
        )
    };
    let parts = |text: &str| -> Option<Vec<u64>> {
        text.split(':').map(|part| part.parse().ok().filter(|part| *part <= MOST)).collect()
    };
    const MOST: u64 = 1 << 32;
    let seconds = match text.split_once('-') {
        Some((days, rest)) => {
            let days: u64 = days.parse().ok().filter(|days| *days <= MOST).ok_or_else(wrong)?;
            let rest = parts(rest).ok_or_else(wrong)?;
            days * 86_400 + sum(&rest, &[3_600, 60, 1]).ok_or_else(wrong)?
        }
        None => {
            let parts = parts(text).ok_or_else(wrong)?;
            let scales: &[u64] = if parts.len() < 3 { &[60, 1] } else { &[3_600, 60, 1] };
            sum(&parts, scales).ok_or_else(wrong)?
        }
    };
    Ok(Some(Span::seconds(seconds)).filter(|span| !span.is_zero()))
}

fn sum(parts: &[u64], scales: &[u64]) -> Option<u64> {
    let fits = (1..=scales.len()).contains(&parts.len());
    fits.then(|| parts.iter().zip(scales).map(|(part, scale)| part * scale).sum())
}

/// A signal and how long before the end: `USR1`, `B:USR1@120`, `10@60`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signal {
    /// Without `SIG`, as `kill -` takes it.
    pub(crate) name: String,
    pub(crate) before: Span,
    /// Only the script itself gets it, not what `srun` started.
    pub(crate) to_script: bool,
}

pub(crate) fn signal(text: &str) -> Result<Signal, String> {
    let wrong = || format!("`{text}` is not a signal: use one as USR1@120 or B:TERM@60");
    let (flags, rest) = match text.rsplit_once(':') {
        Some((flags, rest)) => (flags, rest),
        None => ("", text),
    };
    let (name, seconds) = rest.split_once('@').unwrap_or((rest, "60"));
    let upper = name.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper).to_owned();
    let is_signal = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
    let seconds = seconds.parse().ok().filter(|seconds: &u64| *seconds <= 65_535);
    let is_flag = |c: char| matches!(c, 'R' | 'B' | ':');
    match seconds {
        Some(seconds) if is_signal && flags.chars().all(is_flag) => {
            Ok(Signal { name, before: Span::seconds(seconds), to_script: flags.contains('B') })
        }
        _ => Err(wrong()),
    }
}

/// A name for an image as Jingwei takes it: without `docker://`, and with `/` for enroot's `#`.
pub(crate) fn image(text: &str) -> String {
    text.strip_prefix("docker://").unwrap_or(text).replacen('#', "/", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_all_of_slurms_forms() {
        let shown = |text: &str| time_limit(text).map(|span| span.map(|span| span.to_string()));
        for (text, span) in [
            ("30", "30m"),
            ("1:30", "90s"),
            ("90:00", "90m"),
            ("02:00:00", "2h"),
            ("1-0", "1d"),
            ("2-12", "60h"),
            ("1-1:30", "1530m"),
            ("7-00:00:00", "7d"),
            ("0-00:00:01", "1s"),
        ] {
            let expected: Span = span.parse().unwrap();
            assert_eq!(time_limit(text), Ok(Some(expected)), "{text}");
        }
        assert_eq!(shown("UNLIMITED"), Ok(None));
        assert_eq!(shown("0"), Ok(None));
        for wrong in ["", "1h", "1:2:3:4", "-", "1-", "1-2:3:4:5", "99999999999999999999", "1--2"] {
            assert!(time_limit(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn gpus_have_all_of_slurms_forms() {
        let told = |text: &str| {
            gres(text).map(|(gpus, others)| {
                (gpus.map(|it| (it.model.unwrap_or_default(), it.count)), others)
            })
        };
        let of = |model: &str, count| Ok((Some((model.to_owned(), count)), Vec::new()));
        assert_eq!(told("gpu"), of("", 1));
        assert_eq!(told("gpu:4"), of("", 4));
        assert_eq!(told("gpu:a100"), of("a100", 1));
        assert_eq!(told("gpu:a100:2(S:0)"), of("a100", 2));
        assert_eq!(told("gres/gpu=2"), of("", 2));
        assert_eq!(
            told("lscratch:10,gpu:1"),
            Ok((Some((String::new(), 1)), vec!["lscratch:10".to_owned()]))
        );
        assert!(told("gpu:a100:1,gpu:v100:1").is_err() && told("gpu:a:b").is_err());
    }

    #[test]
    fn memory_is_in_mebibytes_unless_said() {
        assert_eq!(memory("100"), Ok(100 << 20));
        assert_eq!(memory("4G"), Ok(4 << 30));
        assert_eq!(memory("2gb"), Ok(2 << 30));
        assert_eq!(memory("512K"), Ok(512 << 10));
        assert!(
            ["", "G", "1.5G", "4X", "-1", "99999999999999T"]
                .iter()
                .all(|text| memory(text).is_err())
        );
    }

    #[test]
    fn signals_say_who_and_when() {
        let one = signal("B:SIGUSR1@120").unwrap();
        assert_eq!(
            (one.name.as_str(), one.before, one.to_script),
            ("USR1", Span::seconds(120), true)
        );
        assert_eq!(signal("10").unwrap().before, Span::seconds(60));
        assert!(["", "@5", "USR1@x", "X:USR1", "US R1"].iter().all(|text| signal(text).is_err()));
    }
}
