//! Rows and columns: what every list is before it becomes text, CSV or names. Knows nothing of what the cells mean.

use unicode_width::UnicodeWidthStr;

/// Where a cell stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
    /// Numbers by their decimal point, whatever follows it.
    Point,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Good,
    Bad,
    Busy,
    Dim,
    Bold,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Good => "32",
            Self::Bad => "31",
            Self::Busy => "33",
            Self::Dim => "2",
            Self::Bold => "1",
        }
    }

    /// Wraps `text` in terminal colour.
    pub(crate) fn paint(self, text: &str, color: bool) -> String {
        match self.code() {
            code if color && !code.is_empty() && !text.is_empty() => {
                format!("\u{1b}[{code}m{text}\u{1b}[0m")
            }
            _ => text.to_owned(),
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    /// Its name in CSV where that is another: a mark needs no heading.
    key: Option<&'static str>,
    /// Shown only by `-o wide`, and in CSV.
    pub(crate) wide: bool,
    pub(crate) align: Align,
    /// Columns of the terminal it takes at least; for tables that are printed row by row.
    pub(crate) least: usize,
}

/// A column of text, always shown.
pub(crate) const fn column(name: &'static str) -> Column {
    Column { name, key: None, wide: false, align: Align::Left, least: 0 }
}

impl Column {
    pub(crate) const fn wide(mut self) -> Self {
        self.wide = true;
        self
    }
    pub(crate) const fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }
    pub(crate) const fn point(mut self) -> Self {
        self.align = Align::Point;
        self
    }
    pub(crate) const fn least(mut self, columns: usize) -> Self {
        self.least = columns;
        self
    }
    pub(crate) const fn keyed(mut self, key: &'static str) -> Self {
        self.key = Some(key);
        self
    }
    /// Its name in CSV: "PAID TO" is `paid_to`.
    fn in_csv(&self) -> String {
        self.key.map_or_else(|| self.name.to_lowercase().replace([' ', '-'], "_"), str::to_owned)
    }
}

/// One value, as people read it and as programs do.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    exact: Option<String>,
    style: Style,
    /// Columns of the terminal it takes at most, unless all is to be shown.
    most: Option<usize>,
}

impl Cell {
    pub(crate) fn new(text: impl std::fmt::Display) -> Self {
        Self::from(text.to_string())
    }

    /// Rounded or relative for people, exact for programs.
    pub(crate) fn exact(text: impl Into<String>, exact: impl std::fmt::Display) -> Self {
        Self { exact: Some(exact.to_string()), ..Self::from(text.into()) }
    }

    /// Nothing to show: a dash for people, nothing for programs.
    pub(crate) fn none() -> Self {
        Self::exact("-", "").style(Style::Dim)
    }

    pub(crate) fn option(value: Option<impl std::fmt::Display>) -> Self {
        value.map_or_else(Self::none, Self::new)
    }

    #[must_use]
    pub(crate) const fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// At most so many columns; the whole where all is shown, and for programs.
    #[must_use]
    pub(crate) const fn clip(mut self, columns: usize) -> Self {
        self.most = Some(columns);
        self
    }

    /// What programs read.
    pub(crate) fn value(&self) -> &str {
        self.exact.as_deref().unwrap_or(&self.text)
    }

    /// One line for people.
    pub(crate) fn line(&self, wide: bool) -> String {
        let line = clean(&self.text);
        match self.most {
            Some(most) if !wide && line.width() > most => clipped(&line, most.saturating_sub(1)),
            _ => line,
        }
    }

    pub(crate) fn painted(&self, look: Look) -> String {
        self.style.paint(&self.line(look.wide), look.color)
    }
}

/// Without control characters: a title must not move the cursor.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, exact: None, style: Style::Plain, most: None }
    }
}

fn clipped(text: &str, columns: usize) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if out.width() + unicode_width::UnicodeWidthChar::width(c).unwrap_or(0) > columns {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// What `-o name` prints.
    pub(crate) name: String,
    pub(crate) cells: Vec<Cell>,
}

#[derive(Debug, Clone)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// A sum under the rows, for people only.
    footer: Option<Vec<Cell>>,
}

/// How a table becomes text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) wide: bool,
    pub(crate) headers: bool,
    pub(crate) color: bool,
}

/// Widths that line up one column: before the point, and from the point on.
#[derive(Debug, Clone, Copy, Default)]
struct Widths {
    whole: usize,
    part: usize,
    total: usize,
}

impl Table {
    pub(crate) fn new(columns: impl Into<Vec<Column>>) -> Self {
        Self { columns: columns.into(), rows: Vec::new(), footer: None }
    }

    pub(crate) fn push(&mut self, name: impl Into<String>, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a row has a cell for each column");
        self.rows.push(Row { name: name.into(), cells });
    }

    pub(crate) fn footer(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a footer has a cell for each column");
        self.footer = Some(cells);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| row.name.as_str())
    }

    /// RFC 4180, every column, exact values.
    pub(crate) fn csv(&self, headers: bool) -> Result<String, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        if headers {
            writer.write_record(self.columns.iter().map(Column::in_csv))?;
        }
        for row in &self.rows {
            writer.write_record(row.cells.iter().map(Cell::value))?;
        }
        let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Lines for people, each ended by a newline.
    pub(crate) fn text(&self, look: Look) -> String {
        let all: Vec<&[Cell]> = self
            .rows
            .iter()
            .map(|row| row.cells.as_slice())
            .chain(self.footer.as_deref())
            .collect();
        let shown: Vec<(usize, &Column, Widths)> = self
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| look.wide || !column.wide)
            .map(|(at, column)| {
                (at, column, measure(column, all.iter().filter_map(|cells| cells.get(at)), look))
            })
            .collect();
        let mut out = String::new();
        if look.headers {
            out.push_str(&join(
                shown.iter().map(|(_, column, widths)| heading(column, *widths, look.color)),
            ));
        }
        for cells in &all {
            let parts = shown.iter().filter_map(|(at, column, widths)| {
                cells.get(*at).map(|cell| place(cell, column.align, *widths, look))
            });
            out.push_str(&join(parts));
        }
        out
    }
}

/// Two spaces between columns, none at the end.
fn join(parts: impl Iterator<Item = String>) -> String {
    let line = parts.collect::<Vec<_>>().join("  ");
    format!("{}\n", line.trim_end())
}

fn measure<'a>(column: &Column, cells: impl Iterator<Item = &'a Cell>, look: Look) -> Widths {
    let mut widths = Widths::default();
    for cell in cells {
        let text = cell.line(look.wide);
        let (whole, part) = split(&text, column.align);
        widths.whole = widths.whole.max(whole.width());
        widths.part = widths.part.max(part.width());
    }
    let title = if look.headers { column.name.width() } else { 0 };
    widths.total = (widths.whole + widths.part).max(title).max(column.least);
    widths
}

/// At the decimal point of a number; a text that is no number stands left of it.
fn split(text: &str, align: Align) -> (&str, &str) {
    let is_inner = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+');
    let at = match align {
        Align::Point => text.find(|c| !is_inner(c)).filter(|at| *at > 0).unwrap_or(text.len()),
        Align::Left | Align::Right => text.len(),
    };
    text.split_at(at)
}

fn heading(column: &Column, widths: Widths, color: bool) -> String {
    let painted = Style::Bold.paint(column.name, color);
    let space = " ".repeat(widths.total.saturating_sub(column.name.width()));
    match column.align {
        Align::Left => painted + &space,
        Align::Right | Align::Point => space + &painted,
    }
}

fn place(cell: &Cell, align: Align, widths: Widths, look: Look) -> String {
    let text = cell.line(look.wide);
    let (_, part) = split(&text, align);
    let behind = if align == Align::Point { widths.part.saturating_sub(part.width()) } else { 0 };
    let missing = widths.total.saturating_sub(text.width() + behind);
    let painted = cell.painted(look);
    match align {
        Align::Left => painted + &" ".repeat(missing),
        Align::Right | Align::Point => " ".repeat(missing) + &painted + &" ".repeat(behind),
    }
}

/// A measured number with so many digits and its unit; exact where exact values are asked for.
pub(crate) fn figure(value: f64, digits: usize, unit: &str) -> Cell {
    Cell::exact(format!("{value:.digits$}{unit}"), value)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn sites() -> Table {
        let mut table = Table::new([
            column("NAME"),
            column("TITLE"),
            column("PRICE").point(),
            column("NOTE").wide(),
        ]);
        table.push(
            "horinger",
            vec![
                "horinger".into(),
                "内蒙古 和林格尔".into(),
                Cell::exact("0.31", "0.312345CNY/kWh"),
                "a, b".into(),
            ],
        );
        table
            .push("wuhu", vec!["wuhu".into(), "长三角 芜湖".into(), "12.5".into(), "\"x\"".into()]);
        table.push(
            "gui-an",
            vec!["gui-an".into(), "Gui'an".into(), Cell::none(), "line\nbreak\u{1b}[2J".into()],
        );
        table.footer(vec!["total".into(), "".into(), "110".into(), "".into()]);
        table
    }

    #[test]
    fn columns_line_up_with_chinese_text() {
        let look = Look { wide: false, headers: true, color: false };
        expect![[r#"
            NAME      TITLE             PRICE
            horinger  内蒙古 和林格尔    0.31
            wuhu      长三角 芜湖       12.5
            gui-an    Gui'an             -
            total                      110
        "#]]
        .assert_eq(&sites().text(look));
    }

    #[test]
    fn wide_shows_all_and_no_cell_moves_the_cursor() {
        let look = Look { wide: true, headers: false, color: false };
        expect![[r#"
            horinger  内蒙古 和林格尔    0.31  a, b
            wuhu      长三角 芜湖       12.5   "x"
            gui-an    Gui'an             -     line break [2J
            total                      110
        "#]]
        .assert_eq(&sites().text(look));
    }

    #[test]
    fn csv_is_exact_and_complete() {
        expect![[r#"
            name,title,price,note
            horinger,内蒙古 和林格尔,0.312345CNY/kWh,"a, b"
            wuhu,长三角 芜湖,12.5,"""x"""
            gui-an,Gui'an,,"line
            break[2J"
        "#]]
        .assert_eq(&sites().csv(true).unwrap().replace('\u{1b}', ""));
    }

    #[test]
    fn colour_does_not_change_the_widths() {
        let mut table = Table::new([column("STATE"), column("N").right()]);
        table.push("a", vec![Cell::new("failed").style(Style::Bad), "1".into()]);
        let look = Look { wide: false, headers: true, color: true };
        let plain = Look { color: false, ..look };
        let text = table.text(look);
        assert!(text.contains("\u{1b}[31mfailed\u{1b}[0m"), "{text:?}");
        let stripped = ["\u{1b}[31m", "\u{1b}[1m", "\u{1b}[0m"]
            .iter()
            .fold(text, |text, code| text.replace(code, ""));
        assert_eq!(stripped, table.text(plain));
    }

    #[test]
    fn a_long_title_is_clipped_for_people_only() {
        let cell = Cell::new("东数西算工程示范任务").clip(9);
        assert_eq!(
            (cell.line(false).as_str(), cell.value()),
            ("东数西算…", "东数西算工程示范任务")
        );
        assert_eq!(cell.line(true), "东数西算工程示范任务");
    }
}
