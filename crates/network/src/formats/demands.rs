//! Files of demands beside a network: Repetita's, and CSV with `tm,src,dst,demand` as of Teal.

use super::{
    Demand, FormatError, Rate, TEXT_MOST_BYTES, Topology,
    amount::figure,
    draft::{Ids, add_demand},
    repetita, shown,
};

const COLUMNS: &str = "tm,src,dst,demand";

/// Reads the demands of a network; the first line tells their form.
///
/// # Errors
/// The text is of another form, too large, or names nodes that are not there.
pub fn read(text: &str, topology: &Topology) -> Result<Vec<Demand>, FormatError> {
    if text.len() > TEXT_MOST_BYTES {
        let what = format!("the text has {} bytes: the most is {TEXT_MOST_BYTES}", text.len());
        return Err(FormatError::somewhere(what));
    }
    let ids = Ids::of(topology);
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with("DEMANDS") {
        return repetita::demands(text, &ids);
    }
    table(text, &ids)
}

fn table(text: &str, ids: &Ids) -> Result<Vec<Demand>, FormatError> {
    let mut lines = (1..).zip(text.lines().map(str::trim));
    if lines.next().is_none_or(|(_, head)| head != COLUMNS) {
        let what =
            format!("no demands: the first line has to be `DEMANDS` and a number, or `{COLUMNS}`");
        return Err(FormatError::at(1, what));
    }
    let mut demands = Vec::new();
    for (line, row) in lines.filter(|(_, row)| !row.is_empty()) {
        let demand = demand(row, ids).and_then(|it| add_demand(&mut demands, it));
        demand.map_err(|what| FormatError::at(line, what))?;
    }
    Ok(demands)
}

fn demand(row: &str, ids: &Ids) -> Result<Demand, String> {
    let fields: Vec<&str> = row.split(',').take(5).map(str::trim).collect();
    let [matrix, from, to, value] = *fields.as_slice() else {
        return Err(format!("four fields are needed: {COLUMNS}"));
    };
    let matrix = matrix
        .parse()
        .map_err(|_| format!("tm is {:?}: it has to be a whole number", shown(matrix)))?;
    let number = value
        .parse()
        .map_err(|_| format!("demand is {:?}: it has to be a number", shown(value)))?;
    let rate: Rate = figure("demand", number)?;
    Ok(Demand { matrix, from: ids.find(from)?, to: ids.find(to)?, rate })
}
