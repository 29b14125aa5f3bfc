use proptest::prelude::*;

use super::*;

#[test]
fn reads_what_people_write() {
    assert_eq!("10Gbit/s".parse(), Ok(Bandwidth::new(10_000_000_000)));
    assert_eq!("64 GiB".parse(), Ok(Bytes::new(64 << 30)));
    assert_eq!("0.42CNY/kWh".parse(), Ok(EnergyPrice::new(420_000_000)));
    assert_eq!("2.5kW".parse(), Ok(Power::new(2_500_000)));
    assert_eq!("500m".parse(), Ok(Cores::new(500)));
    assert_eq!("1.5".parse(), Ok(Cores::new(1500)));
    assert_eq!("-0.05CNY/kWh".parse(), Ok(EnergyPrice::new(-50_000_000)));
    assert_eq!("+6h".parse(), Ok(When::After(Span::hours(6))));
}

#[test]
fn prints_the_shortest_exact_text() {
    assert_eq!(Bytes::new(64 << 30).to_string(), "64GiB");
    assert_eq!(Bytes::new(10_000_000_000).to_string(), "10GB");
    assert_eq!(Span::minutes(90).to_string(), "1.5h");
    assert_eq!(Span::minutes(100).to_string(), "100m");
    assert_eq!(Money::new(-1).to_string(), "-0.000000001CNY");
    assert_eq!(Cores::new(250).to_string(), "250m");
    assert_eq!(Energy::ZERO.to_string(), "0mJ");
    assert_eq!(Time::from_millis(1_000).to_string(), "1970-01-01T00:00:01Z");
    assert_eq!(Money::new(1_234_567).human(), "0.001235 CNY");
    assert_eq!(Power::new(1_234_567_000).human(), "1.235 MW");
}

#[test]
fn says_what_would_be_right() {
    let error = |text: &str| text.parse::<Bandwidth>().unwrap_err().to_string();
    assert_eq!(
        error("10Gb"),
        "`10Gb` has an unknown unit for a bandwidth: use one of Tbit/s, Gbit/s, Mbit/s, kbit/s, bit/s, as \"10Gbit/s\""
    );
    assert_eq!(error("-1Gbit/s"), "`-1Gbit/s` is negative: a bandwidth is zero or more");
    assert_eq!(
        error("fast"),
        "`fast` is not a bandwidth: write a number and a unit, as \"10Gbit/s\""
    );
    assert!(error("99999999999Tbit/s").contains("too large"), "{}", error("99999999999Tbit/s"));
    assert!(error("0.0001kbit/s").contains("finer"), "{}", error("0.0001kbit/s"));
    assert!("1e9Gbit/s".parse::<Bandwidth>().is_err());
    assert!("".parse::<Bytes>().is_err());
    assert!("1.".parse::<Cores>().is_err());
}

#[test]
fn products_carry_their_units() {
    let energy = Power::new(1_000_000).over(Span::hours(1)).unwrap();
    assert_eq!(energy.to_string(), "1kWh");
    assert_eq!(
        "0.42CNY/kWh".parse::<EnergyPrice>().unwrap().times(energy).unwrap().to_string(),
        "0.42CNY"
    );
    assert_eq!(
        "581gCO2/kWh".parse::<CarbonIntensity>().unwrap().times(energy).unwrap().to_string(),
        "581gCO2"
    );
    assert_eq!(
        "90CNY/t"
            .parse::<CarbonPrice>()
            .unwrap()
            .times(Carbon::new(1_000_000_000))
            .unwrap()
            .to_string(),
        "0.09CNY"
    );
    assert_eq!(Bytes::new(1_000_000_000).at("8Gbit/s".parse().unwrap()), Some(Span::seconds(1)));
    assert_eq!(Bytes::new(1).at(Bandwidth::ZERO), None);
    assert_eq!(Power::MAX.over(Span::MAX), None);
    assert_eq!(
        "1PFLOP".parse::<Work>().unwrap().at("1TFLOP/s".parse().unwrap()),
        Some(Span::seconds(1000))
    );
}

proptest! {
    #[test]
    fn print_then_parse_is_identity(value in any::<u64>(), signed in any::<i64>()) {
        prop_assert_eq!(Bytes::new(value).to_string().parse(), Ok(Bytes::new(value)));
        prop_assert_eq!(Energy::new(value).to_string().parse(), Ok(Energy::new(value)));
        prop_assert_eq!(Span::new(value).to_string().parse(), Ok(Span::new(value)));
        prop_assert_eq!(Money::new(signed).to_string().parse(), Ok(Money::new(signed)));
        let time = Time::from_millis(signed % Time::MAX.as_millis());
        if time >= Time::MIN { prop_assert_eq!(time.to_string().parse(), Ok(time)); }
    }

    #[test]
    fn parse_never_panics(text in "\\PC{0,24}") {
        let _ = text.parse::<Power>();
        let _ = text.parse::<Money>();
        let _ = text.parse::<When>();
    }
}
