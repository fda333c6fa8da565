//! The aims of the service's speed, and whether a run has met them.

use crate::figures::Figures;
use crate::peers::Name::{Hello, Lean, ModPhp, Ours, Slim};
use crate::routes::Route;

enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

pub(crate) struct Aim {
    pub(crate) text: &'static str,
    bound: Bound,
    /// `None` if it could not be measured.
    pub(crate) figure: Option<f64>,
    /// The route that decides, or the reason for a missing figure.
    pub(crate) place: String,
}

impl Aim {
    pub(crate) fn bound(&self) -> String {
        match self.bound {
            Bound::AtLeast(bound) => format!("≥ {bound}"),
            Bound::AtMost(bound) => format!("≤ {bound}"),
        }
    }

    pub(crate) fn is_met(&self) -> bool {
        self.figure.is_some_and(|figure| match self.bound {
            Bound::AtLeast(bound) => figure >= bound,
            Bound::AtMost(bound) => figure <= bound,
        })
    }
}

const LISTS: [Route; 2] = [Route::ListOf10, Route::ListOf100];

pub(crate) fn all(figures: &Figures<'_>, system_calls: Result<f64, String>) -> Vec<Aim> {
    let lowest = |text, other, routes: &[Route], bound| {
        worst(text, Bound::AtLeast(bound), routes, |route| figures.ratio(route, Ours, other))
    };
    let (system_calls, reason) = match system_calls {
        // A process stores its counts once a minute: a few calls more, which belong to no request.
        Ok(calls) => (Some(calls.round()), Route::RefusedToken.name().to_owned()),
        Err(reason) => (None, reason),
    };
    let time = |name, part: usize, route| figures.spent(route, name).map(|spent| spent[part]);
    vec![
        worst("program's processor time ÷ lean's", Bound::AtMost(0.5), &Route::ALL, |route| {
            Some(time(Ours, 1, route)? / time(Lean, 1, route)?)
        }),
        worst("Apache's processor time ÷ hello's", Bound::AtMost(1.4), &Route::ALL[..1], |route| {
            Some(time(Ours, 0, route)? / time(Hello, 0, route)?)
        }),
        lowest("refused token ÷ hello", Hello, &Route::ALL[..1], 0.85),
        lowest("every route ÷ lean", Lean, &Route::ALL, 1.3),
        lowest("every route ÷ mod_php", ModPhp, &Route::ALL, 1.0),
        lowest("every route ÷ slim", Slim, &Route::ALL, 2.5),
        lowest("lists ÷ lean", Lean, &LISTS, 4.0),
        lowest("100 new entries ÷ lean", Lean, &[Route::NewEntries], 2.0),
        Aim {
            text: "system calls for a refused token",
            bound: Bound::AtMost(8.0),
            figure: system_calls,
            place: reason,
        },
    ]
}

/// An aim for several routes, by the route that is farthest from it.
fn worst(
    text: &'static str,
    bound: Bound,
    routes: &[Route],
    figure: impl Fn(Route) -> Option<f64>,
) -> Aim {
    let measured = routes.iter().filter_map(|route| Some((figure(*route)?, *route)));
    let by_figure = |one: &(f64, Route), other: &(f64, Route)| one.0.total_cmp(&other.0);
    let decisive = match bound {
        Bound::AtLeast(_) => measured.min_by(by_figure),
        Bound::AtMost(_) => measured.max_by(by_figure),
    };
    let place = decisive.map_or("not measured", |(_, route)| route.name()).to_owned();
    Aim { text, bound, figure: decisive.map(|(figure, _)| figure), place }
}
