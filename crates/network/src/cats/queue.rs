//! How long a request waits at an instance, by an estimate whose slope is known.

use super::score::Contact;

/// A time in seconds and its slope over the arrivals, in seconds for one arrival a second more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wait {
    pub s: f64,
    pub slope: f64,
}

/// What the steady estimate has in place of zero, where arrivals are all that can be served: two requests' time.
const SMOOTH: f64 = 2.0;

impl Contact {
    /// Requests a second that it can serve; zero where it serves none.
    #[must_use]
    pub fn rate(&self) -> f64 {
        let rate = self.capacity / self.service_s;
        if rate.is_finite() && rate > 0.0 { rate } else { 0.0 }
    }

    /// The wait of requests that arrive within `ahead_s` at `arrivals` a second: the steady wait, and what the queue
    /// that is there adds until it is gone. Only for instances with a rate.
    #[must_use]
    pub fn wait(&self, arrivals: f64, ahead_s: f64) -> Wait {
        let (steady, drained) = (self.steady(arrivals), self.drained(arrivals, ahead_s));
        Wait { s: steady.s + drained.s, slope: steady.slope + drained.slope }
    }

    /// Sakasegawa's estimate for many servers, exponential times: `s/c * u^(sqrt(2(c+1)) - 1) / (1 - u)` (Annals of
    /// the Institute of Statistical Mathematics 29, 1977), kept finite at `u = 1` and a straight line beyond.
    fn steady(&self, arrivals: f64) -> Wait {
        let (rate, unit_s) = (self.rate(), self.service_s / self.capacity);
        let u = (arrivals / rate).min(1.0);
        let power = (2.0 * (self.capacity + 1.0)).sqrt() - 1.0;
        let spare = (1.0 - u) * (1.0 - u) + SMOOTH / rate;
        let s = unit_s * u.powf(power) / spare.sqrt();
        let slope = if u > 0.0 { s * (power / u + (1.0 - u) / spare) / rate } else { 0.0 };
        let beyond = (arrivals - rate).max(0.0);
        Wait { s: s + slope * beyond, slope }
    }

    /// The mean over the time ahead of a queue that fills or drains evenly.
    fn drained(&self, arrivals: f64, ahead_s: f64) -> Wait {
        let (rate, grows) = (self.rate(), arrivals - self.rate());
        let after = self.queue + grows * ahead_s;
        if after >= 0.0 {
            return Wait {
                s: f64::midpoint(self.queue, after) / rate,
                slope: ahead_s / (2.0 * rate),
            };
        }
        let until_s = -self.queue / grows;
        let part = until_s / ahead_s / (2.0 * rate);
        Wait { s: self.queue * part, slope: until_s * part }
    }
}
