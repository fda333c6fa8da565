//! What a run prints: the tables, or one JSON object.

use serde_json::{Map, Value, json};

use crate::aims::Aim;
use crate::figures::Figures;
use crate::peers::Name::{self, ModPhp, Ours};
use crate::routes::Route;
use crate::table::Table;

pub(crate) struct Report<'a> {
    pub(crate) figures: Figures<'a>,
    pub(crate) aims: Vec<Aim>,
    /// How the run was made, in one line.
    pub(crate) conditions: String,
}

/// A figure with three significant digits.
fn short(figure: f64) -> String {
    match figure {
        0.0..10.0 => format!("{figure:.2}"),
        10.0..100.0 => format!("{figure:.1}"),
        _ => format!("{figure:.0}"),
    }
}

impl Report<'_> {
    pub(crate) fn print(&self, is_markdown: bool) {
        println!("{}\n", self.conditions);
        let others = || self.figures.names.iter().copied().filter(|name| *name != Ours);
        let ratios = |route, name| self.figures.ratio(route, Ours, name).map(short);
        self.table("Ours ÷ theirs, requests a second", others(), ratios).print(is_markdown);
        let all = || self.figures.names.iter().copied();
        let a_second =
            |route, name| self.figures.a_second(route, name).map(|figure| format!("{figure:.0}"));
        self.table("Requests a second", all(), a_second).print(is_markdown);
        let latency = |route, name| {
            let at = |share| self.figures.latency(route, name, share).map(short);
            Some(format!("{} / {}", at(0.5)?, at(0.99)?))
        };
        self.table("Latency in ms, p50 / p99", all(), latency).print(is_markdown);
        let spent = |route, name| {
            let spent = self.figures.spent(route, name)?;
            let [web, program, database] = spent.map(|figure| format!("{figure:.2}"));
            let program = if name == ModPhp { "in it" } else { &program };
            Some(format!("{web} / {program} / {database}"))
        };
        let title = "Processor time in ms a request, web server / program / database";
        self.table(title, all(), spent).print(is_markdown);
        self.aims().print(is_markdown);
    }

    fn table(
        &self,
        title: &'static str,
        names: impl Iterator<Item = Name> + Clone,
        cell: impl Fn(Route, Name) -> Option<String>,
    ) -> Table {
        let headings: Vec<&str> =
            std::iter::once("").chain(names.clone().map(|name| name.text())).collect();
        let mut table = Table::new(title, &headings);
        for route in Route::ALL {
            let cells = names.clone().map(|name| cell(route, name).unwrap_or_default());
            table.add(std::iter::once(route.name().to_owned()).chain(cells).collect());
        }
        table
    }

    fn aims(&self) -> Table {
        let mut table = Table::new("Aims", &["", "aim", "figure", "where", "result"]);
        for aim in &self.aims {
            let met = if aim.is_met() { "met" } else { "missed" };
            let figure = aim.figure.map(short).unwrap_or_default();
            table.add(vec![
                aim.text.to_owned(),
                aim.bound(),
                figure,
                aim.place.clone(),
                met.to_owned(),
            ]);
        }
        table
    }

    pub(crate) fn json(&self) -> Value {
        let mut routes = Map::new();
        for route in Route::ALL {
            let mut peers = Map::new();
            for name in &self.figures.names {
                let Some(a_second) = self.figures.a_second(route, *name) else { continue };
                let [web, program, database] = self.figures.spent(route, *name).unwrap_or_default();
                let program = (*name != ModPhp).then_some(program);
                let figures = json!({
                    "requests_a_second": a_second,
                    "ours_to_theirs": self.figures.ratio(route, Ours, *name),
                    "p50_ms": self.figures.latency(route, *name, 0.5),
                    "p99_ms": self.figures.latency(route, *name, 0.99),
                    "processor_ms": {"web_server": web, "program": program, "database": database},
                });
                peers.insert(name.text().to_owned(), figures);
            }
            routes.insert(route.name().to_owned(), Value::Object(peers));
        }
        let aims = self.aims.iter().map(|aim| {
            json!({"aim": aim.text, "bound": aim.bound(), "figure": aim.figure, "where": aim.place,
                "met": aim.is_met()})
        });
        json!({"conditions": self.conditions, "routes": routes, "aims": aims.collect::<Value>()})
    }
}
