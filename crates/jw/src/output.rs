//! The one way out: every command hands its values and their page here, and gets all formats.
//! The only file that writes to stdout.

use std::io::{ErrorKind, IsTerminal, Write};

use serde::Serialize;

use crate::{
    args::{Color, Format, Global},
    failure::Failure,
    format::Clock,
    table::{Cell, Column, Look, Row, Style, Table, clean},
};

/// What programs get.
#[derive(Debug)]
pub(crate) enum Values<'a, T> {
    One(&'a T),
    Many(&'a [T]),
}

/// A part of what people get.
#[derive(Debug)]
pub(crate) enum Section {
    Table { title: Option<&'static str>, table: Table },
    Fields { title: Option<&'static str>, fields: Vec<(&'static str, Cell)> },
    Text { title: Option<&'static str>, lines: Vec<String> },
}

/// What people get, from the top.
#[derive(Debug)]
pub(crate) struct Page(pub(crate) Vec<Section>);

impl From<Table> for Page {
    fn from(table: Table) -> Self {
        Self(vec![Section::Table { title: None, table }])
    }
}

/// How everything is shown.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) clock: Clock,
    pub(crate) quiet: bool,
    headers: bool,
    color: bool,
    /// Of messages, which may go elsewhere than the data.
    pub(crate) color_messages: bool,
}

impl Output {
    pub(crate) fn new(global: &Global) -> Self {
        Self {
            format: global.output,
            clock: Clock::system(),
            quiet: global.quiet,
            headers: !global.no_headers,
            color: use_color(global.color, std::io::stdout().is_terminal()),
            color_messages: use_color(global.color, std::io::stderr().is_terminal()),
        }
    }

    #[cfg(test)]
    pub(crate) fn plain(format: Format, clock: Clock) -> Self {
        Self { format, clock, quiet: false, headers: true, color: false, color_messages: false }
    }

    pub(crate) const fn look(&self) -> Look {
        Look { wide: matches!(self.format, Format::Wide), headers: self.headers, color: self.color }
    }

    /// For people, and not for a program.
    pub(crate) const fn is_human(&self) -> bool {
        matches!(self.format, Format::Table | Format::Wide)
    }

    /// Prints values in the chosen format. `page` is made only where it is shown.
    pub(crate) fn print<T: Serialize>(
        &self,
        values: Values<'_, T>,
        page: impl FnOnce(&Self) -> Page,
    ) -> Result<(), Failure> {
        let text = self.render(values, page)?;
        if text.is_empty() && self.is_human() {
            self.note("nothing there");
        }
        self.raw(&text)
    }

    pub(crate) fn render<T: Serialize>(
        &self,
        values: Values<'_, T>,
        page: impl FnOnce(&Self) -> Page,
    ) -> Result<String, Failure> {
        match (self.format, values) {
            (Format::Table | Format::Wide, _) => Ok(self.page(&page(self))),
            (Format::Name, _) => Ok(names(&page(self))),
            (Format::Geojson, _) => Err(no_map()),
            (Format::Csv, _) => csv(&page(self), self.headers),
            (Format::Json, Values::One(value)) => json(value, true),
            (Format::Json, Values::Many(values)) => json(values, true),
            (Format::Jsonl, Values::One(value)) => json(value, false),
            (Format::Jsonl, Values::Many(values)) => {
                values.iter().map(|value| json(value, false)).collect()
            }
            (Format::Yaml, Values::One(value)) => yaml(value),
            (Format::Yaml, Values::Many(values)) => yaml(&values),
        }
    }

    fn page(&self, page: &Page) -> String {
        let parts = page.0.iter().map(|section| self.section(section));
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }

    fn section(&self, section: &Section) -> String {
        let (title, body) = match section {
            Section::Table { table, .. } if table.is_empty() => return String::new(),
            Section::Table { title, table } => (title, table.text(self.look())),
            Section::Fields { title, fields } => (title, self.fields(fields)),
            Section::Text { lines, .. } if lines.is_empty() => return String::new(),
            Section::Text { title, lines } => {
                (title, lines.iter().map(|line| clean(line) + "\n").collect())
            }
        };
        match title {
            Some(title) => format!("{}\n{body}", Style::Bold.paint(title, self.color)),
            None => body,
        }
    }

    fn fields(&self, fields: &[(&'static str, Cell)]) -> String {
        let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0) + 1;
        let line = |(name, cell): &(&'static str, Cell)| {
            let label = format!("{:width$}", format!("{name}:"));
            format!("{}  {}\n", Style::Dim.paint(&label, self.color), cell.painted(self.look()))
        };
        fields.iter().map(line).collect()
    }

    /// A page for stderr.
    pub(crate) fn page_message(&self, page: &Page) -> String {
        Self { color: self.color_messages, ..self.clone() }.page(page)
    }

    /// Writes to stdout as it is.
    pub(crate) fn raw(&self, text: &str) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| {
            match error.kind() {
                ErrorKind::BrokenPipe => Failure::Closed,
                _ => Failure::usage(format!("cannot write the output: {error}")),
            }
        })
    }

    /// A message for people, on stderr.
    pub(crate) fn note(&self, text: impl AsRef<str>) {
        if !self.quiet {
            self.say(text);
        }
    }

    /// As [`Self::note`], even when quiet. Nobody reading is not a fault.
    pub(crate) fn say(&self, text: impl AsRef<str>) {
        let _unread = writeln!(std::io::stderr().lock(), "{}", text.as_ref());
    }

    /// Shows a failure.
    pub(crate) fn fail(&self, failure: &Failure) {
        let text = failure.render(&self.clock, self.color_messages);
        let _unread = std::io::stderr().lock().write_all(text.as_bytes());
    }

    /// Rows printed one by one as they come.
    pub(crate) fn stream(&self, columns: &[Column]) -> Stream<'_> {
        Stream { output: self, columns: columns.to_vec(), begun: false }
    }
}

/// Values without an end: their columns cannot be measured beforehand.
#[derive(Debug)]
pub(crate) struct Stream<'a> {
    output: &'a Output,
    columns: Vec<Column>,
    begun: bool,
}

impl Stream<'_> {
    pub(crate) fn push<T: Serialize>(&mut self, value: &T, row: Row) -> Result<(), Failure> {
        let text = self.render(value, row)?;
        self.output.raw(&text)
    }

    pub(crate) fn render<T: Serialize>(&mut self, value: &T, row: Row) -> Result<String, Failure> {
        let first = !std::mem::replace(&mut self.begun, true);
        let headers = first && self.output.headers;
        let mut table = Table::new(self.columns.clone());
        let name = row.name.clone();
        table.push(row.name, row.cells);
        match self.output.format {
            Format::Table | Format::Wide => Ok(table.text(Look { headers, ..self.output.look() })),
            Format::Name => Ok(format!("{name}\n")),
            Format::Csv => table.csv(headers).map_err(unwritable),
            Format::Geojson => Err(no_map()),
            Format::Json | Format::Jsonl => json(value, false),
            Format::Yaml => yaml(value).map(|text| format!("---\n{text}")),
        }
    }
}

/// `NO_COLOR` (no-color.org) and a dumb terminal turn colour off, unless it is asked for.
pub(crate) fn use_color(asked: Color, terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    match asked {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && !set("NO_COLOR") && !dumb,
    }
}

fn no_map() -> Failure {
    Failure::usage("-o geojson: only `jw net reach` draws a map; take -o json")
}

fn json<T: Serialize + ?Sized>(value: &T, pretty: bool) -> Result<String, Failure> {
    let text =
        if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
    text.map(|text| text + "\n").map_err(unwritable)
}

fn yaml<T: Serialize>(value: &T) -> Result<String, Failure> {
    let text = serde_saphyr::to_string(value).map_err(unwritable)?;
    Ok(if text.ends_with('\n') { text } else { text + "\n" })
}

fn unwritable(error: impl std::fmt::Display) -> Failure {
    Failure::usage(format!("cannot write the output: {error}"))
}

/// The first table of the page; a page without one is a table of its fields.
fn csv(page: &Page, headers: bool) -> Result<String, Failure> {
    let table = page.0.iter().find_map(|section| match section {
        Section::Table { table, .. } => Some(table.clone()),
        _ => None,
    });
    table.unwrap_or_else(|| fields_table(page)).csv(headers).map_err(unwritable)
}

fn fields_table(page: &Page) -> Table {
    let mut table = Table::new([crate::table::column("FIELD"), crate::table::column("VALUE")]);
    for section in &page.0 {
        if let Section::Fields { fields, .. } = section {
            for (name, cell) in fields {
                table.push(*name, vec![Cell::new(name), Cell::new(cell.value())]);
            }
        }
    }
    table
}

/// One name a line; of a page without a table, its first field.
fn names(page: &Page) -> String {
    let lines = |names: Vec<&str>| names.iter().map(|name| format!("{name}\n")).collect();
    for section in &page.0 {
        match section {
            Section::Table { table, .. } => return lines(table.names().collect()),
            Section::Fields { fields, .. } => {
                return lines(fields.first().map(|(_, cell)| cell.value()).into_iter().collect());
            }
            Section::Text { .. } => {}
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::table::column;

    #[derive(Serialize)]
    struct Site {
        name: &'static str,
        title: &'static str,
    }

    const SITES: [Site; 2] =
        [Site { name: "wuhu", title: "芜湖" }, Site { name: "horinger", title: "和林格尔 hub" }];

    fn page(_: &Output) -> Page {
        let mut table = Table::new([column("NAME"), column("TITLE")]);
        for site in &SITES {
            table.push(site.name, vec![site.name.into(), site.title.into()]);
        }
        table.into()
    }

    fn all_formats(render: impl Fn(&Output) -> String) -> String {
        let clock = Clock::fixed("2026-03-01T04:00:00Z", 8);
        let formats = [
            Format::Table,
            Format::Wide,
            Format::Json,
            Format::Jsonl,
            Format::Yaml,
            Format::Name,
            Format::Csv,
        ];
        formats
            .map(|format| {
                format!("# {format:?}\n{}", render(&Output::plain(format, clock.clone())))
            })
            .concat()
    }

    #[test]
    fn one_list_has_every_format() {
        expect![[r##"
            # Table
            NAME      TITLE
            wuhu      芜湖
            horinger  和林格尔 hub
            # Wide
            NAME      TITLE
            wuhu      芜湖
            horinger  和林格尔 hub
            # Json
            [
              {
                "name": "wuhu",
                "title": "芜湖"
              },
              {
                "name": "horinger",
                "title": "和林格尔 hub"
              }
            ]
            # Jsonl
            {"name":"wuhu","title":"芜湖"}
            {"name":"horinger","title":"和林格尔 hub"}
            # Yaml
            - name: wuhu
              title: 芜湖
            - name: horinger
              title: 和林格尔 hub
            # Name
            wuhu
            horinger
            # Csv
            name,title
            wuhu,芜湖
            horinger,和林格尔 hub
        "##]]
        .assert_eq(&all_formats(|output| output.render(Values::Many(&SITES), page).unwrap()));
    }

    #[test]
    fn one_thing_has_every_format() {
        let fields = |_: &Output| {
            let fields = vec![("name", SITES[0].name.into()), ("title", SITES[0].title.into())];
            Page(vec![Section::Fields { title: None, fields }])
        };
        expect![[r##"
            # Table
            name:   wuhu
            title:  芜湖
            # Wide
            name:   wuhu
            title:  芜湖
            # Json
            {
              "name": "wuhu",
              "title": "芜湖"
            }
            # Jsonl
            {"name":"wuhu","title":"芜湖"}
            # Yaml
            name: wuhu
            title: 芜湖
            # Name
            wuhu
            # Csv
            field,value
            name,wuhu
            title,芜湖
        "##]]
        .assert_eq(&all_formats(|output| output.render(Values::One(&SITES[0]), fields).unwrap()));
    }

    #[test]
    fn a_stream_has_one_heading_and_every_format() {
        expect![[r##"
            # Table
            NAME        TITLE
            wuhu        芜湖
            horinger    和林格尔 hub
            # Wide
            NAME        TITLE
            wuhu        芜湖
            horinger    和林格尔 hub
            # Json
            {"name":"wuhu","title":"芜湖"}
            {"name":"horinger","title":"和林格尔 hub"}
            # Jsonl
            {"name":"wuhu","title":"芜湖"}
            {"name":"horinger","title":"和林格尔 hub"}
            # Yaml
            ---
            name: wuhu
            title: 芜湖
            ---
            name: horinger
            title: 和林格尔 hub
            # Name
            wuhu
            horinger
            # Csv
            name,title
            wuhu,芜湖
            horinger,和林格尔 hub
        "##]]
        .assert_eq(&all_formats(|output| {
            let mut stream = output.stream(&[column("NAME").least(10), column("TITLE")]);
            let row = |site: &Site| Row {
                name: site.name.into(),
                cells: vec![site.name.into(), site.title.into()],
            };
            SITES.iter().map(|site| stream.render(site, row(site)).unwrap()).collect()
        }));
    }

    #[test]
    fn color_follows_the_terminal_unless_told() {
        assert!(
            use_color(Color::Always, false)
                && !use_color(Color::Never, true)
                && !use_color(Color::Auto, false)
        );
    }
}
