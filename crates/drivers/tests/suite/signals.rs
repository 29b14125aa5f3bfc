//! Feeds of prices and carbon: files, and a server that answers as the real ones do.

use drivers::signals::{FeedError, parse, read};
use model::{Feed, FeedFormat, FeedUnit, Quality, Signal};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use units::Span;

fn feed(format: FeedFormat, unit: FeedUnit, column: Option<&str>) -> Feed {
    Feed {
        signal: unit.signal(),
        format,
        from: "file:///nowhere".to_owned(),
        unit,
        rate: None,
        column: column.map(ToOwned::to_owned),
        every: Span::minutes(15),
        key_from: None,
    }
}

fn told(feed: &Feed, text: &str) -> String {
    match parse(feed, text) {
        Err(error) => error.to_string(),
        Ok(points) => {
            let one =
                |it: &model::SignalPoint| format!("{} {} {:?}\n", it.hour, it.value, it.quality);
            points.iter().map(one).collect()
        }
    }
}

const HEADER: &str = "Datetime (UTC),Country,Zone name,Zone id,Carbon intensity gCO₂eq/kWh (Life cycle),\
                      Carbon-free energy percentage (CFE%),Data source,Data estimated,Data estimation method\n";
const CARBON: &str = "Carbon intensity gCO₂eq/kWh (Life cycle)";

fn rows(rows: &[&str]) -> String {
    format!("{HEADER}{}\n", rows.join("\n"))
}

#[test]
fn an_export_is_read_by_column() {
    let text = rows(&[
        "2026-03-01 00:00:00,Germany,Germany,DE,312.5,48.2,x,false,",
        "2026-03-01 01:00:00,Germany,Germany,DE,300,50,x,true,TIME_SLICER_AVERAGE",
        "2026-03-01 02:00:00,Germany,Germany,DE,,,x,true,",
    ]);
    let carbon = feed(FeedFormat::Csv, FeedUnit::GramsPerKwh, Some(CARBON));
    assert_eq!(
        told(&carbon, &text),
        "2026-03-01T00:00:00Z 312500000 Measured\n2026-03-01T01:00:00Z 300000000 Estimated\n"
    );
    let free = Some("carbon-free energy percentage (CFE%)");
    let free = feed(FeedFormat::Csv, FeedUnit::Percent, free);
    assert!(told(&free, &text).starts_with("2026-03-01T00:00:00Z 482000 Measured"));
    // Quarters of an hour become their mean, in yuan.
    let mut price = feed(FeedFormat::Csv, FeedUnit::EuroPerMwh, Some("price"));
    price.rate = Some("8CNY".parse().unwrap());
    let text = "time,price\n2026-03-01T00:00Z,-10\n2026-03-01T00:15Z,20\n2026-03-01T01:00Z,40\n";
    assert_eq!(
        told(&price, text),
        "2026-03-01T00:00:00Z 40000000 Measured\n2026-03-01T01:00:00Z 320000000 Measured\n"
    );
}

#[test]
fn what_cannot_be_is_refused_with_its_line() {
    let carbon = feed(FeedFormat::Csv, FeedUnit::GramsPerKwh, Some(CARBON));
    let two = |second: &str| told(&carbon, &rows(&["2026-03-01 00:00:00,,,DE,312.5,,,,", second]));
    assert_eq!(two("2026-03-01 01:00:00,,,DE,NaN,,,,"), "line 3: NaN is no number");
    assert_eq!(two("2026-03-01 01:00:00,,,DE,high,,,,"), "line 3: `high` is no number");
    assert_eq!(
        two("2026-03-01 00:00:00,,,DE,1,,,,"),
        "line 3: 2026-03-01T00:00:00Z comes twice: give times in UTC, where no hour repeats"
    );
    assert_eq!(
        two("2026-02-28 23:00:00,,,DE,1,,,,"),
        "line 3: 2026-02-28T23:00:00Z comes after 2026-03-01T00:00:00Z"
    );
    assert_eq!(
        two("2026-03-04 00:00:00,,,DE,1,,,,"),
        "line 3: 2026-03-04T00:00:00Z is 72 h after the point before it: points are missing"
    );
    assert!(two("yesterday,,,DE,1,,,,").starts_with("line 3: `yesterday` is no time"));
    let other = feed(FeedFormat::Csv, FeedUnit::PoundsPerMwh, Some(CARBON));
    assert!(told(&other, &rows(&[])).contains("is in gco2/kwh, not in lbCO2/MWh"));
    let missing = feed(FeedFormat::Csv, FeedUnit::GramsPerKwh, Some("x"));
    assert!(
        told(&missing, &rows(&[])).contains("there is no column `x`; there are: Datetime (UTC)")
    );
    assert!(told(&carbon, &rows(&[])).contains("there are no points"));
    let maps = feed(FeedFormat::ElectricityMaps, FeedUnit::EuroPerMwh, None);
    let pounds = r#"{"zone": "GB", "data": [{"datetime": "2026-03-01T00:00:00Z", "value": 7, "unit": "GBP/MWh"}]}"#;
    assert_eq!(told(&maps, pounds), "2026-03-01T00:00:00Z: it is in GBP/MWh, not in EUR/MWh");
    assert!(told(&maps, "{").starts_with("the answer: "));
}

/// Answers the first requests with these texts, and tells what was asked.
async fn server(
    answers: Vec<(&'static str, &'static str)>,
) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let mut asked = Vec::new();
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut text = Vec::new();
            while !text.ends_with(b"\r\n\r\n") {
                text.push(stream.read_u8().await.unwrap());
            }
            asked.push(String::from_utf8(text).unwrap());
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            stream.write_all(head.as_bytes()).await.unwrap();
        }
        asked
    });
    (base, serving)
}

#[tokio::test]
async fn feeds_are_read_over_http() {
    let history = r#"{"zone": "DE", "history": [
        {"zone": "DE", "carbonIntensity": 302, "datetime": "2026-03-01T00:00:00.000Z", "updatedAt": "2026-03-02T00:00:00.000Z", "emissionFactorType": "lifecycle", "isEstimated": true, "estimationMethod": "TIME_SLICER_AVERAGE"},
        {"zone": "DE", "carbonIntensity": null, "datetime": "2026-03-01T01:00:00.000Z", "isEstimated": false},
        {"zone": "DE", "carbonIntensity": 280, "datetime": "2026-03-01T02:00:00.000Z", "isEstimated": false}]}"#;
    let forecast = r#"{"zone": "DE", "forecast": [{"carbonIntensity": 326, "datetime": "2026-03-01T03:00:00.000Z"}], "updatedAt": "2026-03-01T00:00:00.000Z"}"#;
    let emissions = r#"[{"location": "westus", "time": "2026-03-01T00:00:00+00:00", "rating": 190.5, "duration": "01:00:00"},
        {"location": "westus", "time": "2026-03-01T01:00:00+00:00", "rating": 180, "duration": "01:00:00"}]"#;
    let foretold = r#"[{"generatedAt": "2026-03-01T00:00:00Z", "location": "westus", "forecastData": [
        {"location": "westus", "timestamp": "2026-03-01T02:00:00Z", "duration": 60, "value": 150.25}], "optimalDataPoints": []}]"#;
    let answers = vec![
        ("200 OK", history),
        ("200 OK", forecast),
        ("200 OK", emissions),
        ("200 OK", foretold),
        ("503 Service Unavailable", ""),
    ];
    let (base, serving) = server(answers).await;
    let client = drivers::signals::client();
    let of = |format, path: &str| Feed {
        from: format!("{base}{path}"),
        ..feed(format, FeedUnit::GramsPerKwh, None)
    };
    let maps = of(FeedFormat::ElectricityMaps, "/v3/carbon-intensity/history?zone=DE");
    let points = read(&maps, Some("secret"), &client).await.unwrap();
    let values: Vec<(i64, Quality)> = points.iter().map(|it| (it.value, it.quality)).collect();
    assert_eq!(values, [(302_000_000, Quality::Estimated), (280_000_000, Quality::Measured)]);
    let points = read(&maps, None, &client).await.unwrap();
    assert_eq!((points[0].value, points[0].quality), (326_000_000, Quality::Forecast));
    let aware = of(FeedFormat::CarbonAware, "/emissions/bylocation?location=westus");
    let points = read(&aware, None, &client).await.unwrap();
    assert_eq!((points.len(), points[0].value), (2, 190_500_000));
    let points = read(&aware, None, &client).await.unwrap();
    assert_eq!((points[0].value, points[0].quality), (150_250_000, Quality::Forecast));
    let error = read(&aware, None, &client).await.unwrap_err();
    assert!(matches!(&error, FeedError::Unreachable { why, .. } if why.contains("503")), "{error}");
    let asked = serving.await.unwrap();
    assert!(asked[0].contains("auth-token: secret") && !asked[1].contains("auth-token"));
    let of_file =
        |from: &str| Feed { from: from.into(), ..feed(FeedFormat::Csv, FeedUnit::Kwh, Some("x")) };
    let error = read(&of_file("file:///etc/passwd"), None, &client).await.unwrap_err();
    assert!(matches!(error, FeedError::Wrong { .. }), "{error}");
    let error = read(&of_file("file:///nowhere.csv"), None, &client).await.unwrap_err();
    assert!(matches!(error, FeedError::Unreachable { .. }), "{error}");
    assert_eq!(FeedUnit::Kwh.signal(), Signal::Meter);
}
