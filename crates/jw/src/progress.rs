//! How far something is: a moving line on a terminal, plain lines in a pipe. Always on stderr.

use std::{io::IsTerminal, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};

use crate::{failure::Failure, output::Output};

#[derive(Debug)]
pub(crate) struct Progress<'a> {
    output: &'a Output,
    /// None where nothing may move: in a pipe, or when quiet.
    bar: Option<ProgressBar>,
}

impl<'a> Progress<'a> {
    /// Of unknown length.
    pub(crate) fn spinner(output: &'a Output) -> Self {
        let bar = moves(output).then(ProgressBar::new_spinner);
        Self::start(output, bar, "{spinner} {wide_msg} {elapsed}")
    }

    /// Of so many steps.
    pub(crate) fn steps(output: &'a Output, steps: usize) -> Self {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        let bar = moves(output).then(|| ProgressBar::new(steps));
        Self::start(output, bar, "{bar:30} {pos}/{len} {wide_msg} {elapsed}")
    }

    fn start(output: &'a Output, bar: Option<ProgressBar>, template: &str) -> Self {
        if let Some(bar) = &bar {
            bar.set_style(
                ProgressStyle::with_template(template)
                    .unwrap_or_else(|_| ProgressStyle::default_spinner()),
            );
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Self { output, bar }
    }

    /// What is going on; gone with the next. Not shown in a pipe.
    pub(crate) fn status(&self, text: impl Into<String>) {
        if let Some(bar) = &self.bar {
            bar.set_message(text.into());
        }
    }

    /// A line that stays.
    pub(crate) fn line(&self, text: impl AsRef<str>) {
        self.aside(|| self.output.note(text));
    }

    pub(crate) fn step(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// Data for stdout.
    pub(crate) fn data(&self, text: &str) -> Result<(), Failure> {
        if text.is_empty() { Ok(()) } else { self.aside(|| self.output.raw(text)) }
    }

    fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn moves(output: &Output) -> bool {
    !output.quiet && std::io::stderr().is_terminal()
}
