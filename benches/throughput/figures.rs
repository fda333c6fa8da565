//! Ratios, medians and percentiles of what a run measured.

use std::time::Duration;

use crate::measure::{Cell, Row};
use crate::peers::Name;
use crate::routes::Route;

pub(crate) struct Figures<'a> {
    /// In the order of the cells of a row.
    pub(crate) names: Vec<Name>,
    /// In the order of [`Route::ALL`].
    pub(crate) rows: &'a [Row],
}

impl Figures<'_> {
    fn cell(&self, route: Route, name: Name) -> Option<&Cell> {
        let row = Route::ALL.iter().position(|one| *one == route)?;
        let column = self.names.iter().position(|one| *one == name)?;
        self.rows.get(row)?.get(column)?.as_ref()
    }

    /// Requests a second: the median of the rounds.
    pub(crate) fn a_second(&self, route: Route, name: Name) -> Option<f64> {
        Some(median(self.cell(route, name)?.a_second.clone()))
    }

    /// The median of the rounds' ratios.
    pub(crate) fn ratio(&self, route: Route, name: Name, other: Name) -> Option<f64> {
        let (one, other) = (self.cell(route, name)?, self.cell(route, other)?);
        let ratios = one.a_second.iter().zip(&other.a_second).map(|(one, other)| one / other);
        Some(median(ratios.collect()))
    }

    /// The latency in milliseconds that this share of the requests did not exceed.
    pub(crate) fn latency(&self, route: Route, name: Name, share: f64) -> Option<f64> {
        let latencies = &self.cell(route, name)?.latencies;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place")]
        let place = (latencies.len().saturating_sub(1) as f64 * share) as usize;
        latencies.get(place).map(|latency: &Duration| latency.as_secs_f64() * 1000.0)
    }

    /// Milliseconds of processor time a request: web server, program, database. The average of all rounds, since /proc
    /// counts in hundredths of a second.
    pub(crate) fn spent(&self, route: Route, name: Name) -> Option<[f64; 3]> {
        let cell = self.cell(route, name)?;
        Some(cell.spent.map(|spent| spent / cell.latencies.len() as f64))
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}
