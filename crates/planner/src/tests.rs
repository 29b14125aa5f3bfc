//! Text in, text out: a small language for worlds, orders and decisions; then properties.

mod extremes;
mod holds;
mod hours;
mod language;
mod least;
mod optima;
mod optimum;
mod pauses;
mod quick;
mod rules;
mod shifting;
mod together;
mod ways;
